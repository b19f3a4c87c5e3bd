namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>An answer as it is kept.</summary>
/// <param name="Value">What was found out.</param>
/// <param name="GoodFor">How long it is kept; zero: not at all.</param>
/// <param name="Size">How much of the room it takes.</param>
/// <param name="IsOnlyForPatient">It says no more than that those whom nothing waits for had to wait too long.</param>
internal readonly record struct Found<TValue>(
    TValue Value, TimeSpan GoodFor, long Size = 1, bool IsOnlyForPatient = false);
