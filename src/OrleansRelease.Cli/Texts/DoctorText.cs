using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Doctor;
using OrleansRelease.Core.Explaining;

namespace OrleansRelease.Cli.Texts;

/// <summary>What somebody should see to comes first, then what is good to know.</summary>
internal static class DoctorText
{
    public static string Of(Checkup it, int width) => string.Join('\n', Lines(it, width));

    private static IEnumerable<string> Lines(Checkup it, int width)
    {
        var report = it.System.Report;
        var ill = it.System.Problems.Length + it.Slots.Length;
        yield return Layout.Ends(
            ill == 0 ? "all is well" : Text($"{ill} {(ill == 1 ? "thing" : "things")} to see to"),
            Readable.Clock(report.At, report.At), width);
        foreach (var line in Layout.Under("system", it.System.Problems.Concat(Quarantined(report)))) yield return line;
        foreach (var line in Layout.Under("slots", Slots(it))) yield return line;
        foreach (var line in Layout.Under("servers", Servers(report))) yield return line;
        foreach (var line in Layout.Under("store", [Store(report)])) yield return line;
    }

    private static IEnumerable<string> Quarantined(SystemReport report) => report.QuarantinedRows.Select(row =>
        $"{row.Kind} {row.Key}: {row.Error}");

    private static IEnumerable<string> Slots(Checkup it)
    {
        yield return Text($"{it.Examined} looked at, {it.Slots.Length} not as on record")
            + (it.IsCutOff ? "; there are more: ask for one environment (-e) or service (-s)" : "");
        foreach (var slot in it.Slots)
        {
            foreach (var difference in slot.Differences) yield return $"{slot.Slot}: {difference}";
        }
    }

    private static IEnumerable<string> Servers(SystemReport report) => report.Servers.Select(server =>
        server.NewestFormat is { } newest
            ? Text($"{server.Name}, knows format {newest}")
            : $"{server.Name}, does not say which format it knows");

    private static string Store(SystemReport report)
    {
        var format = report.Format < report.NewestFormat
            ? Text($"format {report.Format}, {report.NewestFormat} after migrate finalize")
            : Text($"format {report.Format}");
        var schema = Text($"schema {report.Schema}")
            + (report.Schema > report.KnownSchema ? ", of a newer build" : "");
        var epoch = report.StoredEpoch == 1
            ? "never restored"
            : Text($"epoch {report.StoredEpoch}, restored {report.StoredEpoch - 1}×");
        return $"{format} · {schema} · {epoch}";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The system, and those slots in which something differs.</summary>
internal sealed record Checkup(
    SystemDiagnosis System, int Examined, ImmutableArray<SlotReport> Slots, bool IsCutOff)
{
    public bool IsWell => System.Problems.IsEmpty && Slots.IsEmpty && !IsCutOff;
}
