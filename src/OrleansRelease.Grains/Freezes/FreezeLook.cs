using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Ports;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Freezes;

/// <summary>
/// What this server has last seen of the freezes on record; one look serves all who ask within a second of its
/// beginning, and nobody who asks later. So a look that was begun before a freeze was committed lets nothing begin more
/// than a second after it, wherever the freeze was asked for. Where nobody asks, nobody looks.
/// </summary>
internal sealed class FreezeLook(IFreezes freezes, IStoreClock clock, TimeProvider time)
{
    /// <summary>How long ago a look may have been begun by which something is begun.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Looking? _last;

    /// <summary>Whether an environment is frozen.</summary>
    /// <exception cref="TimeoutException">The store did not say it in time to be of use.</exception>
    public async Task<FreezeFact> OfAsync(EnvironmentName environment, CancellationToken cancellation)
    {
        // One that somebody else began may be almost too old; the second is then one's own.
        var looking = Join();
        if (await FinishAsync(looking, cancellation) is not { } found)
        {
            looking = Join();
            found = await FinishAsync(looking, cancellation)
                ?? throw new TimeoutException($"the store did not answer within {MaxAge.TotalSeconds:0} s");
        }

        var freeze = found.GetValueOrDefault(environment);
        return new FreezeFact(looking.At, freeze is not null && freeze.IsInForce(clock.Now) ? freeze : null);
    }

    /// <summary>The same for those who can do without.</summary>
    public async Task<FreezeFact?> TryOfAsync(EnvironmentName environment, CancellationToken cancellation)
    {
        try
        {
            return await OfAsync(environment, cancellation);
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>What keeps forward effects from being begun; also that nobody can say whether something does.</summary>
    public Veto VetoFor(EnvironmentName environment) => async cancellation =>
    {
        try
        {
            return (await OfAsync(environment, cancellation)).Freeze is { } freeze
                ? FreezeText.Of(environment, freeze, clock.Now)
                : null;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return $"whether {environment} is frozen is not known: {e.Message}";
        }
    };

    private Looking Join()
    {
        lock (_lock)
        {
            // One that failed is kept for as long: a store in trouble is asked once a second, not by everybody.
            return _last is { } last && time.GetElapsedTime(last.Began) <= MaxAge ? last : _last = Begin();
        }
    }

    private Looking Begin()
    {
        // Both times are from before the store is asked.
        var (began, at) = (time.GetTimestamp(), clock.Now);
        return new(began, at, freezes.ReadAsync(CancellationToken.None));
    }

    /// <summary>Null when it took so long that it is too old.</summary>
    private async Task<IReadOnlyDictionary<EnvironmentName, Freeze>?> FinishAsync(
        Looking looking, CancellationToken cancellation)
    {
        try
        {
            var left = MaxAge - time.GetElapsedTime(looking.Began);
            var found = await looking.Found.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellation);
            return time.GetElapsedTime(looking.Began) <= MaxAge ? found : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private sealed record Looking(
        long Began, DateTimeOffset At, Task<IReadOnlyDictionary<EnvironmentName, Freeze>> Found);
}
