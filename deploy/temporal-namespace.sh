#!/bin/sh
# Makes the namespace and the search attributes that Cascadian uses. Safe to repeat.
set -eu
tries=0
until temporal operator cluster health >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 60 ] || { echo "The Temporal server does not become healthy."; exit 1; }
  sleep 2
done
temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 \
  || temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention 168h
known=$(temporal operator search-attribute list -n "$TEMPORAL_NAMESPACE")
for pair in StrategyId=Keyword StrategyStatus=Keyword StrategyMode=Keyword UserId=Keyword StrategyName=Text; do
  name=${pair%%=*}
  echo "$known" | grep -qw "$name" \
    || temporal operator search-attribute create -n "$TEMPORAL_NAMESPACE" --name "$name" --type "${pair##*=}"
done
