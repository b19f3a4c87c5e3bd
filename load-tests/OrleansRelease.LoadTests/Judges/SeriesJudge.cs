using OrleansRelease.LoadTests.Judges.Traffic;

namespace OrleansRelease.LoadTests.Judges;

/// <summary>When a judge called the canary worse: after which window, and how many of its requests it had seen.
/// </summary>
internal readonly record struct Conviction(int Window, double CanarySamples);

/// <summary>A judge that looks at a rollout after each window, until it convicts; null when it never does.</summary>
internal delegate Conviction? SeriesJudge(IReadOnlyList<WindowPair> series);

/// <summary>
/// A judge whose limit has to be chosen: the limit that it would just not have convicted a rollout at, and the judge
/// at a limit. Over equal versions the limit is chosen so that its false alarms are as many as is promised.
/// </summary>
internal sealed record AdjustedJudge(
    string Name, Func<IReadOnlyList<WindowPair>, double> LimitOf, Func<double, SeriesJudge> At);
