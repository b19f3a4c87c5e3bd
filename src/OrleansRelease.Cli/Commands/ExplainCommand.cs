using System.CommandLine;
using System.Globalization;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Verdicts;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel explain</c></summary>
internal static class ExplainCommand
{
    public static Command Create(SessionOpener open)
    {
        var command = new Command("explain",
            """
            Why a rollout is where it is, what would move it, what is refused, how bad it is, and the way back.
            With --metric one verdict: what it was judged from and by, and the same judged once more.

            Examples:
              orel explain checkout -e production
              orel explain checkout.production.7
              orel explain checkout.production.7 --metric signals/errors
              orel explain checkout.production.7 --metric signals/errors --window 12
              orel explain checkout.production.7 --metric signals/errors --sequence 41
            """);
        var target = new RolloutTarget();
        target.AddTo(command);
        var metric = new Option<string?>("--metric")
        {
            Description = "a metric that it is judged by, such as signals/errors; of the fourth step 3:signals/errors",
            HelpName = "METRIC",
        };
        var window = new Option<int?>("--window")
        {
            Description = "of that metric, the first is 0; else the newest",
            HelpName = "NUMBER",
        };
        command.Options.Add(metric);
        var sequence = new Option<long?>("--sequence")
        {
            Description = "of that metric, as the decision with this number in the log judged it; else the newest",
            HelpName = "NUMBER",
        };
        command.Options.Add(window);
        command.Options.Add(sequence);
        command.Validators.Add(result =>
        {
            if (result.GetValue(metric) is not null) return;
            if (result.GetValue(window) is not null)
                result.AddError("--window is of a metric: write --metric METRIC as well");
            if (result.GetValue(sequence) is not null)
                result.AddError("--sequence is of a metric: write --metric METRIC as well");
        });
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, async session =>
        {
            var rollout = $"/api/v1/rollouts/{target.Of(parsed)}";
            return parsed.GetValue(metric) is { } name
                ? await session.TellAsync(
                    await session.Api.GetAsync(
                        Verdict(rollout, name, parsed.GetValue(window), parsed.GetValue(sequence)), cancellation),
                    json => VerdictText.Of(
                        Vocabulary.Read<VerdictOnRecord>(json), session.Around.Time.GetUtcNow(), session.Around.Width))
                : await session.TellAsync(
                    await session.Api.GetAsync($"{rollout}/explain", cancellation),
                    json => ExplanationText.Of(Vocabulary.Read<Explanation>(json), session.Around.Width));
        }));
        return command;
    }

    private static string Verdict(string rollout, string metric, int? window, long? sequence) =>
        $"{rollout}/verdict?metric={Uri.EscapeDataString(metric)}"
        + (window is { } number ? string.Create(CultureInfo.InvariantCulture, $"&window={number}") : "")
        + (sequence is { } decision ? string.Create(CultureInfo.InvariantCulture, $"&sequence={decision}") : "");
}
