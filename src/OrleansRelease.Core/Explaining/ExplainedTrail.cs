using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Trails;

namespace OrleansRelease.Core.Explaining;

/// <summary>Where to look at what failed: the metric, version and window, and what was found of them.</summary>
/// <param name="Metric">Its full name.</param>
/// <param name="Version">Which it failed for.</param>
/// <param name="Window">The newest one that failed.</param>
/// <param name="Logs">The address of the version's logs in that window.</param>
/// <param name="Traces">At most <see cref="TraceIds.Most"/>.</param>
/// <param name="Notes">Why something of this is missing.</param>
public sealed record ExplainedTrail(
    string Metric, VersionName Version, Window Window, string? Logs, ImmutableArray<ExplainedTrace> Traces,
    ImmutableArray<string> Notes)
{
    public static ExplainedTrail? Of(RolloutSpec spec, RolloutState state, DateTimeOffset now) =>
        state.Trail is not { } trail ? null : new(
            trail.Metric, trail.Version, trail.Window, trail.Logs,
            [.. (trail.Traces?.Ids ?? []).Select(id => new ExplainedTrace(id, spec.Links?.TraceOf(id, trail.Window)))],
            [.. NotesOf(spec, state, trail, now)]);

    public IEnumerable<string> Lines(DateTimeOffset now)
    {
        yield return $"{Metric} failed for {Version} from {Readable.Clock(Window.Start, now)} to "
            + Readable.Clock(Window.End, now);
        if (Logs is not null) yield return $"logs   {Logs}";
        foreach (var trace in Traces) yield return $"trace  {trace.Link ?? trace.Id}";
        foreach (var note in Notes) yield return note;
    }

    private static IEnumerable<string> NotesOf(
        RolloutSpec spec, RolloutState state, Trail trail, DateTimeOffset now)
    {
        if (spec.Links?.NoLogs is { } noLogs) yield return $"no link to logs: {noLogs}";
        if (spec.Traces is null) yield break;
        var left = TrailRules.MostAsked - trail.Asked;
        var again = TrailRules.NextAt(spec, state) is { } next
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"; asked again at {Readable.Clock(next, now)}, {left} more times at most")
            : "";
        switch (trail.Traces)
        {
            case null:
                yield return "traces are asked for";
                break;
            case { Problem: { } problem }:
                yield return $"traces could not be read: {problem}{again}";
                break;
            case { Ids.IsEmpty: true }:
                yield return again.Length > 0 ? $"no traces yet{again}" : "no traces were found";
                break;
        }
    }
}

/// <summary>One trace of the window, and where people open it.</summary>
public sealed record ExplainedTrace(string Id, string? Link);
