using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>A connection's own words, checked.</summary>
internal sealed partial record ProcessSettings(
    ImmutableArray<string> Command, int Replicas, string VersionPath, string? WorkingDirectory)
{
    public const int MaxReplicas = 100;

    private static readonly ImmutableArray<string> Known = ["replicas", VersionEndpoint.Setting, "workingDirectory"];

    private static readonly ImmutableArray<string> Placeholders =
        ["{{version}}", "{{port}}", "{{service}}", "{{environment}}"];

    /// <summary>The settings, or the reason for which this version can never run with them.</summary>
    public static (ProcessSettings? Settings, string Reason) Read(TargetConnection target, VersionName version)
    {
        // It becomes an argument and often part of a path: no option, no other folder.
        if (!PlainVersion().IsMatch(version.ToString()))
            return No($"'{version}' cannot go into a command: letters, digits and '._+-' only, no '-' or '.' first");
        if (target.Command.IsDefaultOrEmpty || target.Command[0].Length == 0) return No("the command is empty");
        if (target.Command.SelectMany(FindPlaceholders).FirstOrDefault(p => !Placeholders.Contains(p)) is { } unknown)
            return No($"the command's {unknown} is none of {string.Join(", ", Placeholders)}");
        if (target.Settings.Keys.FirstOrDefault(key => !Known.Contains(key)) is { } other)
            return No($"the setting '{other}' is none of {string.Join(", ", Known)}");

        var replicasText = target.Settings.GetValueOrDefault("replicas", "1");
        var isNumber = int.TryParse(replicasText, NumberStyles.None, CultureInfo.InvariantCulture, out var replicas);
        if (!isNumber || replicas is < 1 or > MaxReplicas)
            return No($"replicas is '{replicasText}': it must be 1 to {MaxReplicas}");
        var versionPath = VersionEndpoint.PathOf(target);
        if (!VersionEndpoint.IsPath(versionPath))
            return No($"versionPath is '{versionPath}': it must be {VersionEndpoint.PathShape}");
        return (new(target.Command, replicas, versionPath, target.Settings.GetValueOrDefault("workingDirectory")), "");
    }

    /// <summary>The argument vector of one instance; no shell ever sees it.</summary>
    public static ImmutableArray<string> Fill(
        ImmutableArray<string> command, SlotKey slot, VersionName version, int port) =>
        [.. command.Select(argument => argument
            .Replace("{{version}}", version.ToString(), StringComparison.Ordinal)
            .Replace("{{port}}", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{{service}}", slot.Service.ToString(), StringComparison.Ordinal)
            .Replace("{{environment}}", slot.Environment.ToString(), StringComparison.Ordinal))];

    private static (ProcessSettings?, string) No(string reason) => (null, reason);

    private static IEnumerable<string> FindPlaceholders(string argument) =>
        Placeholder().Matches(argument).Select(match => match.Value);

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._+-]*\z")]
    private static partial Regex PlainVersion();

    [GeneratedRegex(@"\{\{[^{}]*\}\}")]
    private static partial Regex Placeholder();
}
