using System.CommandLine;
using OrleansRelease.Core.Json;

namespace OrleansRelease.LoadTests.Judges;

/// <summary><c>judges</c>: how often judges call equal versions different, and how soon they find a worse one.
/// </summary>
internal static class JudgesCommand
{
    private static readonly Option<int> Rollouts = new("--rollouts")
    {
        Description = "Rollouts of two equal versions for each shape of traffic; a tenth as many of each defect.",
        DefaultValueFactory = _ => 10_000,
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "The same seed gives the same rollouts and figures.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<string?> Shape = new("--shape")
    {
        Description = "Only this shape of traffic: steady, diurnal, bursty, sparse, cold start, uneven.",
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "End with one JSON object on standard output.",
    };

    public static Command Build()
    {
        var command = new Command(
            "judges",
            "Simulated rollouts of two hours, through counters and buckets scraped every 15 s, before the judges: "
            + "false alarms in each shape of traffic, and how many requests it takes to find a worse canary.")
        { Rollouts, Seed, Shape, Json };
        command.SetAction((parsed, cancellation) =>
        {
            var plan = new JudgesPlan(parsed.GetValue(Rollouts), parsed.GetValue(Seed), parsed.GetValue(Shape));
            var measured = JudgesRun.Run(plan, Console.Error, cancellation);
            var json = parsed.GetValue(Json);
            (json ? Console.Error : Console.Out).WriteLine(measured.Table());
            if (json) Console.WriteLine(Vocabulary.Write(measured));
            return Task.FromResult(measured.IsAllSo ? 0 : 1);
        });
        return command;
    }
}
