using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Promotion;

/// <summary>
/// What is to be done next about what has completed: a window is read, or something is said without reading any.
/// </summary>
public abstract record SoakTurn
{
    private static readonly TimeSpan Soonest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Latest = TimeSpan.FromMinutes(10);

    private SoakTurn()
    {
    }

    public sealed record Measure(Window Window) : SoakTurn;

    public sealed record Say(ReleaseInput What) : SoakTurn;

    /// <param name="passage">What has completed.</param>
    /// <param name="soak">What was measured of it.</param>
    /// <param name="pace">How long its windows are.</param>
    /// <param name="ground">What was found in its slots.</param>
    /// <param name="now">A moment not after that look.</param>
    public static SoakTurn Of(
        PassageId passage, Soak soak, SoakPace pace, SoakGround ground, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(soak);
        ArgumentNullException.ThrowIfNull(pace);
        ArgumentNullException.ThrowIfNull(ground);
        if (ground.Replaced is { } gone) return new Say(new ReleaseInput.SoakReplaced(passage, gone));
        // What is measured while somebody moves it may be the other one's; what of that time counts is said when the
        // slots are free again.
        // Nor does anything count as long as a slot may be otherwise than it is on record.
        if ((ground.Moving ?? ground.Doubted) is { } open)
            return new Say(Nothing(passage, soak, Verdict.NoData, open, now));
        if (ground.Generations != soak.Generations) return new Say(Anew(passage, soak, pace, ground));

        // After an outage the windows of its time count as nothing: what sources do not keep would be missing anyway.
        var oldest = now - pace.Delay - (pace.Interval * Windows.MaxLookBack);
        if (soak.MeasuredTo < oldest)
        {
            return new Say(new ReleaseInput.SoakRead(
                passage, oldest, Verdict.NoData, "nobody measured for a while", now));
        }

        var window = new Window(0, soak.MeasuredTo, soak.MeasuredTo + pace.Interval);
        var dueAt = window.End + pace.Delay;
        return dueAt > now
            ? new Say(new ReleaseInput.SoakRead(passage, soak.MeasuredTo, null, null, dueAt))
            : new Measure(window);
    }

    /// <summary>
    /// Nothing can be said of it now. Looked at again after a part of the time for which that is so: what only waits
    /// does not write for ever.
    /// </summary>
    public static ReleaseInput.SoakRead Nothing(
        PassageId passage, Soak soak, Verdict verdict, string why, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(soak);
        var wait = (now - soak.MeasuredTo) / 4;
        return new(
            passage, soak.MeasuredTo, verdict, why,
            now + (wait < Soonest ? Soonest : wait > Latest ? Latest : wait));
    }

    // Somebody has had a slot since the last look, for whatever part of the time: none of it counts.
    private static ReleaseInput.SoakRead Anew(PassageId passage, Soak soak, SoakPace pace, SoakGround ground)
    {
        var isFirst = soak.Generations is null;
        return new(
            passage, ground.At, isFirst ? null : Verdict.NoData, isFirst ? null : "something of it was moved",
            ground.At + pace.Interval + pace.Delay, ground.Generations);
    }
}

/// <summary>
/// All metrics of a passage are read in one window: as long as the longest interval, and when the slowest source has
/// it.
/// </summary>
public sealed record SoakPace(TimeSpan Interval, TimeSpan Delay)
{
    /// <summary>Null where nothing of them is judged on anything.</summary>
    public static SoakPace? Of(IEnumerable<RolloutSpec> rollouts)
    {
        var metrics = rollouts.SelectMany(spec => spec.Background.Where(metric => metric.Counts)
            .Select(metric => (Spec: spec, Metric: metric))).ToList();
        return metrics.Count == 0 ? null : new(
            metrics.Max(one => one.Metric.Limits.Interval),
            metrics.Max(one => Bound.SourceDelay(one.Spec, one.Metric)));
    }

    /// <summary>A number that a source only says of now is none of a window after which another has ended.</summary>
    public bool CanRead(MetricSource source, Window window, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(window);
        return source.CanLookBack || window.End + Interval + Delay > now;
    }
}
