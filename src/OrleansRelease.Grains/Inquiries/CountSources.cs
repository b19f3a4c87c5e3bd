using System.Collections.Immutable;
using System.Globalization;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Specs;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Questions;

namespace OrleansRelease.Grains.Inquiries;

/// <summary>The sources that count requests. Nothing waits for these counts, so they have few turns at each.</summary>
internal sealed class CountSources(Adapters adapters, InquiryOptions options, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static readonly Patience Patience = new(Turn: TimeSpan.FromMinutes(1), Answer: Timeout * 2);

    private readonly TileReader _tiles = new(adapters, options.Stretch, Timeout);

    private readonly Asking _asking = new(
        new Bulkheads(new RunnerOptions { CallsPerConnection = 4, ReservedForWaysBack = 0 }), time);

    /// <summary>As queries write how long a stretch is.</summary>
    public string Length { get; } = string.Create(CultureInfo.InvariantCulture, $"{options.Stretch.TotalSeconds:0}s");

    /// <summary>The end of the newest whole stretch.</summary>
    public DateTimeOffset EndAt(DateTimeOffset now) => new(now.UtcTicks - (now.UtcTicks % options.Stretch.Ticks),
        TimeSpan.Zero);

    /// <summary>
    /// The stretches of a window, or why they are not known; null: the source does not answer, or not in time.
    /// </summary>
    public async Task<(ImmutableArray<Stretch> Stretches, Reading? Missing)?> ReadAsync(
        string connection, MetricsConnection metrics, SloCounts counts, Window window, Func<bool> isSilent,
        CancellationToken cancellation)
    {
        try
        {
            return await _asking.WithinAsync(
                Patience, connection, isWayBack: false,
                async token => isSilent() ? null : await ReadAsync(metrics, counts, window, token), cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    // A source that hangs says so itself at the end of its time.
    private async Task<(ImmutableArray<Stretch> Stretches, Reading? Missing)?> ReadAsync(
        MetricsConnection metrics, SloCounts counts, Window window, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var (tiles, missing) = await _tiles.ReadAsync(metrics, counts, window, cancellation);
        if (missing is Reading.Error && time.GetElapsedTime(began) >= Timeout) return null;
        return ([.. tiles.Select(tile => new Stretch(
            tile.End - options.Stretch, tile.End, new(tile.Bad, tile.Total)))], missing);
    }
}
