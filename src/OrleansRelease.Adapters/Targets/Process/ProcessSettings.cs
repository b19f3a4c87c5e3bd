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
    private static readonly ImmutableArray<string> Placeholders =
        [.. ProcessWords.Placeholders.Select(name => $"{{{{{name}}}}}")];

    /// <summary>The settings, or the reason for which this version can never run with them.</summary>
    public static (ProcessSettings? Settings, string Reason) Read(TargetConnection target, VersionName version)
    {
        if (!ProcessWords.IsPlain(version))
            return No($"'{version}' cannot go into a command: it must be {ProcessWords.VersionShape}");
        if (target.Command.IsDefaultOrEmpty || target.Command[0].Length == 0) return No("the command is empty");
        if (target.Command.SelectMany(FindPlaceholders).FirstOrDefault(p => !Placeholders.Contains(p)) is { } unknown)
            return No($"the command's {unknown} is none of {string.Join(", ", Placeholders)}");
        if (target.Settings.Keys.FirstOrDefault(key => !ProcessWords.Settings.Contains(key)) is { } other)
            return No($"the setting '{other}' is none of {string.Join(", ", ProcessWords.Settings)}");

        var replicasText = target.Settings.GetValueOrDefault(ProcessWords.Replicas, "1");
        var isNumber = int.TryParse(replicasText, NumberStyles.None, CultureInfo.InvariantCulture, out var replicas);
        if (!isNumber || replicas is < 1 or > ProcessWords.MaxReplicas)
            return No($"replicas is '{replicasText}': it must be 1 to {ProcessWords.MaxReplicas}");
        var versionPath = VersionEndpoint.PathOf(target);
        if (!VersionEndpoint.IsPath(versionPath))
            return No($"versionPath is '{versionPath}': it must be {VersionEndpoint.PathShape}");
        var workingDirectory = target.Settings.GetValueOrDefault(ProcessWords.WorkingDirectory);
        return (new(target.Command, replicas, versionPath, workingDirectory), "");
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

    [GeneratedRegex(@"\{\{[^{}]*\}\}")]
    private static partial Regex Placeholder();
}
