using System.Collections.Immutable;
using MathNet.Numerics.Distributions;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Analysis.Seasonal;

namespace OrleansRelease.Core.Tests.Analysis.Seasonal;

/// <summary>
/// A service whose number goes up and down with the day and the week, and a rollout of two hours in windows of a
/// minute, at any time of the week. The logarithm of its noise is autoregressive (0.9 from one quarter of an hour to
/// the next), and each window has some of its own.
/// </summary>
internal sealed record SeasonalWorld
{
    public const int Windows = 120;

    private const int MinutesOfDay = 24 * 60;

    private static readonly DateTimeOffset Monday = new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero);

    public int Days { get; init; } = 14;

    /// <summary>The standard deviation of the logarithm of what is shared by neighbouring windows.</summary>
    public double Slow { get; init; } = 0.1;

    /// <summary>The same of what each window has by itself.</summary>
    public double Quick { get; init; } = 0.05;

    /// <summary>The level of a Saturday or Sunday, of a weekday's.</summary>
    public double Weekend { get; init; } = 0.7;

    /// <summary>By which part the level grows from day to day.</summary>
    public double Trend { get; init; }

    /// <summary>Of the level, by a deploy three days ago.</summary>
    public double Shift { get; init; } = 1;

    /// <summary>Stretches of two to eight hours at three times the usual.</summary>
    public int Incidents { get; init; } = 2;

    /// <summary>What the new version makes of the number.</summary>
    public double Effect { get; init; } = 1;

    public BadChange Bad { get; init; } = BadChange.Increase;

    /// <summary>The window that takes the rollout back, with one failure allowed; null: none does.</summary>
    public int? TakenBackAt(int seed)
    {
        var random = new Random(seed);
        var spec = new ComparedToPast(Days, 0.3, Bad, "q");
        var step = (int)Season.StepOf(Days).TotalMinutes;
        var began = Monday.AddDays(28).AddMinutes(random.Next(7 * MinutesOfDay));
        var from = Season.Stretch(Days, began).Start;
        var levels = Levels(random, from, began, step);
        var points = levels.Where(level => level.At > from && level.At <= began)
            .Select(level => new PastPoint(level.At, level.Number * Noise(random, Quick))).ToImmutableArray();
        var failed = 0;
        for (var minute = 1; minute <= Windows; minute++)
        {
            var (next, part) = (levels.FindIndex(level => level.At >= began.AddMinutes(minute)), minute % step);
            var between = part == 0 ? 1 : (double)part / step;
            var value = Math.Pow(levels[next - 1].Number, 1 - between) * Math.Pow(levels[next].Number, between)
                * Effect * Noise(random, Quick);
            if (Season.At(points, Days, began, began.AddMinutes(minute)) is Past.Usual usual
                && SeasonalJudge.Look(spec, usual, Unit.Seconds, value, null).Verdict == Verdict.Fail && ++failed > 1)
            {
                return minute;
            }
        }

        return null;
    }

    private List<PastPoint> Levels(Random random, DateTimeOffset from, DateTimeOffset began, int step)
    {
        var stays = Math.Pow(0.9, step / 15.0);
        var (levels, slow) = (new List<PastPoint>(), Normal.Sample(random, 0, Slow));
        for (var at = from; at <= began.AddMinutes(Windows + step); at = at.AddMinutes(step))
        {
            slow = (stays * slow) + (Math.Sqrt(1 - (stays * stays)) * Normal.Sample(random, 0, Slow));
            levels.Add(new(at, 0.2 * Season24(at) * Math.Exp(slow) * Math.Pow(1 + Trend, (at - began).TotalDays)
                * (at > began.AddDays(-3) ? Shift : 1)));
        }

        for (var incident = 0; incident < Incidents; incident++)
        {
            var start = began - (random.NextDouble() * TimeSpan.FromDays(Days));
            var end = start.AddHours(2 + (6 * random.NextDouble()));
            levels = levels.ConvertAll(level => level.At >= start && level.At < end && level.At < began.AddHours(-1)
                ? level with { Number = level.Number * 3 }
                : level);
        }

        return levels;
    }

    // On a weekend the day is lower and flatter.
    private double Season24(DateTimeOffset at)
    {
        var turn = 2 * Math.PI * at.TimeOfDay.TotalDays;
        var wave = (0.5 * Math.Sin(turn)) + (0.15 * Math.Sin((2 * turn) + 1));
        return at.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday
            ? Weekend * Math.Exp(0.6 * wave)
            : Math.Exp(wave);
    }

    private static double Noise(Random random, double deviation) => Math.Exp(Normal.Sample(random, 0, deviation));
}
