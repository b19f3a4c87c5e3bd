using OrleansRelease.Core.Identity;
using OrleansRelease.Host.Demo;

namespace OrleansRelease.EndToEnd.Tests.Harness;

/// <summary>One service in an environment of its own, declared for a test: a quick canary, judged often.</summary>
internal sealed record Declared(string Service)
{
    /// <summary>In basis points, in their order.</summary>
    public static readonly IReadOnlyList<int> Weights = [1_000, 5_000, 10_000];

    /// <summary>One of its own, when not said otherwise.</summary>
    public string Environment { get; init; } = $"{Service}-env";

    /// <summary>How many rollouts the environment lets move at a time.</summary>
    public int MaxParallel { get; init; } = 25;

    public SlotKey Slot => SlotKey.From($"{Service}.{Environment}");

    /// <summary>Where the numbers of a canary come from; null: from the router itself.</summary>
    public Uri? Numbers { get; init; }

    /// <summary>The numbers are a Prometheus server's, which scrapes the instances themselves.</summary>
    public bool IsScraped { get; init; }

    public string Hold { get; init; } = "4s";

    /// <summary>The member of the source's answer that is asked for.</summary>
    public string BadMember { get; init; } = "bad";

    /// <summary>A file for the API's apply; the first version goes all at once, judged by the router.</summary>
    public string Manifests(DemoFolder folder, bool isFirst)
    {
        var router = RouterFiles.Read(folder).Admin;
        // Nobody scrapes a first version before it runs.
        var analysis = $"analysis: [{(IsScraped && isFirst ? $"{Service}-first" : $"{Service}-users")}]";
        var (each, verify) = IsScraped ? ("9s", "8s") : ("1s", "2s");
        var strategy = isFirst
            ? $"{{allAtOnce: {{{analysis}, verify: 1s}}}}"
            : $"{{canary: {{{analysis}, weights: [10, 50], each: {each}, verify: {verify}}}}}";
        (string Name, string Value)[] values =
        [
            ("service", Service), ("environment", Environment), ("parallel", $"{MaxParallel}"),
            ("router", router.AbsoluteUri), ("token", RouterFiles.TokenPath(folder)),
            ("numbers", (isFirst ? null : Numbers)?.AbsoluteUri ?? router.AbsoluteUri),
            ("hold", isFirst ? "60s" : Hold),
            ("bad", isFirst ? "bad" : BadMember), ("strategy", strategy), ("command", Command(folder)),
        ];
        var template = File.ReadAllText(
            Path.Combine(AppContext.BaseDirectory, "Harness", IsScraped ? "scraped.yaml" : "declared.yaml"));
        return values.Aggregate(template, (text, value) =>
            text.Replace($"<{value.Name}>", value.Value, StringComparison.Ordinal));
    }

    private static string Command(DemoFolder folder)
    {
        string[] command =
        [
            .. OwnProgram.Command, "sample", "--version", "{{version}}", "--port", "{{port}}",
            "--log", folder.ServedLog, "@" + Path.Combine(folder.Versions, "{{version}}.args"),
        ];
        return string.Join(", ", command.Select(argument => $"'{argument}'"));
    }
}
