using System.Collections.Immutable;
using OrleansRelease.Core.Analysis.Seasonal;

namespace OrleansRelease.Core.Tests.Analysis.Seasonal;

/// <summary>
/// Made-up pasts of a service: the number at every step before a rollout that began at noon of a Wednesday.
/// </summary>
internal static class PastOf
{
    public static readonly DateTimeOffset Began = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    public static ImmutableArray<PastPoint> Days(int days, Func<DateTimeOffset, double?> number)
    {
        var (start, end) = Season.Stretch(days, Began);
        var points = ImmutableArray.CreateBuilder<PastPoint>();
        for (var at = start + Season.StepOf(days); at <= end; at += Season.StepOf(days))
            if (number(at) is { } there) points.Add(new(at, there));
        return points.ToImmutable();
    }

    /// <summary>How many whole days before the rollout's beginning a time is.</summary>
    public static int DaysBefore(DateTimeOffset at) => (int)Math.Floor((Began - at).TotalDays);

    public static Past.Usual Usual(
        Func<DateTimeOffset, double?> number, int days = 14, TimeSpan after = default) =>
        Assert.IsType<Past.Usual>(Season.At(Days(days, number), days, Began, Began + after));
}
