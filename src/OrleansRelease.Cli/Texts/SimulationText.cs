using System.Globalization;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Cli.Texts;

/// <summary>What a release would be like.</summary>
internal static class SimulationText
{
    /// <summary>How many services of a way back stand on a line.</summary>
    private const int MostNamed = 8;

    public static string Of(ReleaseSimulation it, int width) => string.Join('\n',
    [
        Layout.Ends(
            Text($"{it.Release} · {it.Environment} · simulated, {it.MaxParallel} at once"),
            $"changes nothing · plan {PlanText.Short(it.SpecHash)}", width),
        .. Layout.Under("REFUSED", it.Refusals.SelectMany(PlanText.Refused)),
        .. Layout.Under("ENDS", [Ending(it)]),
        .. Layout.Under("BACK", Back(it)),
        .. Layout.Under("BOUND", it.Bound is { } bound
            ? [$"≤ {Duration.Format(bound.Total)} from the first bad request, if all of it goes back"]
            : []),
        .. Layout.Under("PATH", Words.Wrap(
            it.Course.CriticalPath.Select(name => $"{name}"), " → ", width - Layout.Label)),
        .. Layout.Under("SLOWEST", Words.Columns([.. it.Slowest.Select(step =>
            new[] { $"{step.Service}", step.Text, Readable.Age(step.Expected.Time), step.Expected.From() })])),
        .. Layout.Under("PEAK", Peak(it.Course, width)),
        .. Layout.Under("EXPOSED", Words.Columns([.. it.Course.Exposure.Select(exposure => new[]
        {
            $"{exposure.Service}", $"some requests for {Readable.Age(exposure.Exposed)}",
            $"as many as all for {Readable.Age(exposure.AsIfAll)}",
        })])),
        .. Layout.Under("RESTS ON",
        [
            string.Join(", ", it.Sources.Select(Count)),
            .. it.Unread is { } unread
                ? [Text($"history not read in time: that of {unread} of its services")]
                : Array.Empty<string>(),
        ]),
        .. Layout.Under("STEPS", Timeline(it, width)),
        .. Layout.Under("FAILURES", Failures(it)),
    ]);

    private static IEnumerable<string> Peak(SimulatedRelease course, int width)
    {
        var beside = Text($"{course.PeakExtraInstances} instances beside those that run now");
        if (course.CountedAsOne is not { } counted) return [beside];
        var named = string.Join(", ", counted.Take(MostNamed));
        var more = counted.Length - MostNamed;
        return
        [
            $"at least {beside}",
            .. Words.Wrap(
                $"one each is counted of {named}{(more > 0 ? Text($" and {more} more") : "")}: only their target knows"
                    .Split(' '), " ", width - Layout.Label),
        ];
    }

    private static string Ending(ReleaseSimulation it) =>
        $"{it.Course.End} after {Readable.Age(it.Course.Took)}"
        + (it.Course.Failure is { } failure
            ? Text($"; {failure.Service} was let fail after its step {failure.Step + 1}")
            : "");

    private static IEnumerable<string> Back(ReleaseSimulation it)
    {
        if (it.Course.WayBack is not { } back) yield break;
        yield return string.Join(", ", back.Order);
        yield return $"begins after {Readable.Age(back.Began)}, takes {Readable.Age(back.Took)}, "
            + $"at most {Duration.Format(back.AtMost)}"
            + (back.Detect is { } detect ? $" and {Duration.Format(detect)} to find out" : "")
            + (it.RollbackWithin is { } within
                ? $" (limit {Duration.Format(within)}{(back.IsWithin ? "" : ": TOO LONG")})"
                : "");
        if (back.Stabilises is { } stabilises)
        {
            yield return $"then its criteria hold again for {Readable.Age(stabilises)} until it is called rolled back, "
                + "which no bound counts";
        }
    }

    // One block for each service, in the order in which they begin.
    private static IEnumerable<string> Timeline(ReleaseSimulation it, int width)
    {
        foreach (var service in it.Course.Timeline.GroupBy(step => (step.Service, step.IsBack)))
        {
            yield return $"{Readable.Age(service.Min(step => step.At))} to "
                + $"{Readable.Age(service.Max(step => step.Until))}  {service.Key.Service}"
                + (service.Key.IsBack ? ", back" : "");
            var steps = service.Select(step => step.Expected.Source is DurationSource.Declared or DurationSource.Person
                ? $"{step.Text} ({step.Expected.From()})"
                : $"{step.Text} {Readable.Age(step.Expected.Time)} ({step.Expected.From()})");
            foreach (var line in Words.Wrap(steps, " → ", width - Layout.Label - 2)) yield return $"  {line}";
        }

        if (it.LeftOut > 0) yield return Text($"and {it.LeftOut} more steps");
    }

    private static IEnumerable<string> Failures(ReleaseSimulation it)
    {
        if (it.Failures is not { } failures) return [];
        var lines = Words.Columns([.. failures.Select(failure => new[]
        {
            Text($"{failure.Service}/{failure.Step}"), failure.Text, $"at {Readable.Age(failure.At)}",
            $"{failure.End}",
            failure is { Took: { } took, AtMost: { } most }
                ? $"back in {Readable.Age(took)}, at most {Duration.Format(most)}"
                    + (failure.IsWithin ? "" : ", TOO LONG")
                : "",
            Named(failure),
        })]);
        return it.Untried > 0
            ? lines.Append(Text($"{it.Untried} more were not tried: ask for one with --fail SERVICE/STEP"))
            : lines;
    }

    private static string Named(SimulatedFailure failure) => string.Join(", ", failure.Back.Take(MostNamed))
        + (failure.Services > MostNamed ? Text($" and {failure.Services - MostNamed} more") : "");

    private static string Count(SourceCount count) => count.Source switch
    {
        DurationSource.History => Text($"{count.Steps} steps measured before"),
        DurationSource.Declared => Text($"{count.Steps} declared in manifests"),
        DurationSource.Limit => Text($"{count.Steps} of which only the limit of an attempt is known"),
        _ => Text($"{count.Steps} that wait for a person"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
