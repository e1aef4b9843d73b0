"""How workflow code is kept deterministic: Temporal's sandbox is on, and only our pure or deferred packages pass through.

Workflows import activity *definitions* (run elsewhere), contracts and domain. Passed through, their classes are the same
objects inside and outside the sandbox, and a workflow loads in milliseconds. Everything else a workflow imports is loaded
anew inside the sandbox, where clocks, randomness, files and sockets are refused.
"""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = ("activities", "contracts", "db", "domain", "exchange")


def workflow_runner() -> SandboxedWorkflowRunner:
    """The runner for every worker and every replay."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )
