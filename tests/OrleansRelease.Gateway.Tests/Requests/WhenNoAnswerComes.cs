using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Requests;

[Collection(GatewayCollection.Name)]
public sealed class WhenNoAnswerComes(RunningGateway gateway)
{
    [Fact]
    public async Task A_command_has_an_unknown_outcome_and_is_repeated_with_its_key()
    {
        var seen = await gateway.Client.SendAsync("/failing/timeout", key: "mine");
        seen.ExpectProblem(504, "outcome-unknown");
        Assert.Contains("Idempotency-Key", seen.Json["accepted"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", seen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_is_a_question() =>
        (await gateway.Client.SendAsync("/failing/timeout?dryRun=true")).ExpectProblem(503, "unavailable");

    [Fact]
    public async Task A_question_is_simply_asked_again() =>
        (await gateway.Client.AskAsync("/failing/timeout")).ExpectProblem(503, "unavailable");

    [Fact]
    public async Task A_bug_tells_nothing_of_the_inside()
    {
        var seen = (await gateway.Client.AskAsync("/failing/bug")).ExpectProblem(500, "unexpected");
        Assert.DoesNotContain("hunter2", seen.Text, StringComparison.Ordinal);
        Assert.Contains(gateway.Logged.Lines, line => line.Contains("hunter2", StringComparison.Ordinal));
    }
}
