namespace OrleansRelease.Adapters.Metrics.Prometheus;

/// <summary>An answer as it is kept.</summary>
/// <param name="Value">What was found out.</param>
/// <param name="GoodFor">How long it is kept; zero: not at all.</param>
/// <param name="Size">How much of the room it takes.</param>
internal readonly record struct Found<TValue>(TValue Value, TimeSpan GoodFor, long Size = 1);
