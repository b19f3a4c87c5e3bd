using System.Globalization;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Scripts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.ByHand;

namespace OrleansRelease.Adapters.Targets.Process;

/// <summary>
/// Processes started and ended from a shell. What is done stands in the slot's record as this target would have
/// written it, intent first: the next server finds each process by its mark, starts nothing that was ended, and ends
/// nothing that was started.
/// </summary>
internal sealed class ProcessByHand(AdaptersOptions options) : ITargetByHand
{
    private const string Port = "@PORT@";

    public string Name => ProcessWords.Target;

    public string Look => "process_look";

    public string Close => "process_close";

    public string Functions => ProcessFunctions.Text;

    public (string? Command, string Reason) At(RolloutSpec spec)
    {
        var folder = new SlotFiles(options.DataFolder, TimeProvider.System).FolderOf(spec.Slot);
        return (Shell.Command("process_at", Path.GetFullPath(options.DataFolder), folder), "");
    }

    public string Ensure(RolloutSpec spec, VersionName version)
    {
        var (settings, reason) = ProcessSettings.Read(spec.Target, version);
        if (settings is null) return Shell.Command("by_hand", $"start {version} of {spec.Slot}: {reason}");
        var folder = Path.GetFullPath(settings.WorkingDirectory ?? Directory.GetCurrentDirectory());
        var command = settings.Command.Select(argument => argument.Replace("{{port}}", Port, StringComparison.Ordinal));
        var filled = ProcessSettings.Fill([.. command], spec.Slot, version, 0);
        var record = new VersionRecord(
            version, VersionPhase.Running, default, settings.Command, settings.WorkingDirectory, []);
        return Shell.Command("process_ensure", [
            settings.VersionPath, spec.Readiness.Path,
            Math.Ceiling(spec.Readiness.Within.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            settings.Replicas.ToString(CultureInfo.InvariantCulture), folder,
            Template(Vocabulary.Write(record)), Vocabulary.Write(filled), .. filled,
        ]);
    }

    public string TakeDown(RolloutSpec spec, VersionName version) =>
        Shell.Command("process_take_down", VersionEndpoint.PathOf(spec.Target));

    // What only the script knows stands in it as @NAME@.
    private static string Template(string record)
    {
        var text = record
            .Replace($"\"fence\":{Vocabulary.Write(default(Fence))}", "\"fence\":@FENCE@", StringComparison.Ordinal)
            .Replace("\"instances\":[]", "\"instances\":[@INSTANCES@]", StringComparison.Ordinal);
        return text.Contains("@FENCE@", StringComparison.Ordinal)
            && text.Contains("@INSTANCES@", StringComparison.Ordinal)
            ? text
            : throw new InvalidOperationException($"no place for fence and instances in {record}");
    }
}
