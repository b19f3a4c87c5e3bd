namespace OrleansRelease.LoadTests.Judges.Traffic;

/// <summary>What production does to both versions alike, and what it does to one alone. Sizes of shocks are standard
/// deviations of the logarithm; they come back with 0.8 of themselves a minute later.</summary>
/// <param name="PerSecond">Requests of both versions together.</param>
/// <param name="Swing">By which part of it the rate of requests rises and falls within the two hours.</param>
/// <param name="Bursts">Shocks of the rate of requests.</param>
/// <param name="Failures">Shared shocks of the share of errors.</param>
/// <param name="Slowdowns">Shared shocks of the time that requests take.</param>
/// <param name="Alone">Shocks of the share of errors of each version alone, new in every minute.</param>
/// <param name="Cold">How much worse new instances are, at the start and after each step.</param>
internal sealed record TrafficShape(
    string Name, double PerSecond, double Swing, double Bursts, double Failures, double Slowdowns, double Alone,
    Coldness Cold)
{
    public static readonly TrafficShape Steady = new("steady", 50, 0, 0, 0.2, 0.03, 0, Coldness.None);

    public static readonly TrafficShape Diurnal =
        new("diurnal", 40, 0.7, 0.1, 0.3, 0.05, 0, Coldness.None);

    public static readonly TrafficShape Bursty = new("bursty", 40, 0, 0.7, 1.0, 0.2, 0, Coldness.None);

    public static readonly TrafficShape Sparse = new("sparse", 0.2, 0, 0.2, 0.3, 0.05, 0, Coldness.None);

    public static readonly TrafficShape ColdStart =
        new("cold start", 50, 0, 0, 0.2, 0.03, 0, new Coldness(0.02, 0.5, TimeSpan.FromMinutes(2)));

    /// <summary>What no stratification takes away.</summary>
    public static readonly TrafficShape Uneven = new("uneven", 50, 0, 0.2, 0.3, 0.05, 0.5, Coldness.None);

    public static readonly TrafficShape[] All = [Steady, Diurnal, Bursty, Sparse, ColdStart, Uneven];
}

/// <summary>What new instances do: so many more errors as a share, so much slower; a third of it is left after
/// <see cref="Fades"/>.</summary>
internal sealed record Coldness(double Errors, double Slower, TimeSpan Fades)
{
    public static readonly Coldness None = new(0, 0, TimeSpan.FromMinutes(1));

    public double LeftAfter(double seconds) => Math.Exp(-seconds / Fades.TotalSeconds);
}
