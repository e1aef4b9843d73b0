import { expect, test } from "vitest";
import { SseParser } from "./parse_sse";

test("events cut anywhere come out whole and once", () => {
  const text = 'id: 41\nevent: trade_executed\ndata: {"a":\ndata: 1}\n\n: heartbeat\n\nevent: hello\ndata: {}\r\n\r\n';
  for (let size = 1; size <= text.length; size += 1) {
    const parser = new SseParser();
    const events = [];
    for (let at = 0; at < text.length; at += size) events.push(...parser.push(text.slice(at, at + size)));
    expect(events).toEqual([
      { id: "41", kind: "trade_executed", data: '{"a":\n1}' },
      { id: "", kind: "hello", data: "{}" },
    ]);
  }
});

test("an event without data is none", () => {
  expect(new SseParser().push("id: 3\n\n")).toEqual([]);
});
