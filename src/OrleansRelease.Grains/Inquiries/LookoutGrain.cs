using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts.Inquiries;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Inquiries;
using OrleansRelease.Core.Slots;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Inquiries;

/// <summary>
/// One environment: finds the services that something moves under, and looks at each. It remembers nothing that
/// matters: what was found is in the rows of the inquiries.
/// </summary>
[GrainType("lookout")]
internal sealed partial class LookoutGrain(
    IRows rows, ILog log, SpecCache specs, CountSources sources, Calls calls, InquiryOptions options,
    IStoreClock clock, IGrainFactory grains, TimeProvider time, ILogger<LookoutGrain> logger)
    : Grain, ILookoutGrain, IDisposable
{
    /// <summary>Servers ask together: what comes sooner than this is the same minute's.</summary>
    private const double SameRound = 0.8;

    /// <summary>How many services are looked at at a time; the sources have bounds of their own.</summary>
    private const int AtOnce = 16;

    /// <summary>What began so many minutes before it is looked at is found late.</summary>
    private const int LateAfterLooks = 5;

    private const int Page = 200;

    private const int MostSpecsWithoutQueries = 20_000;

    // Specifications, by their hashes, of which there is nothing to be asked; they never change.
    private readonly ConcurrentDictionary<string, byte> _specsWithoutQueries = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _look = Task.CompletedTask;
    private long? _begun;
    private int _nextWorse;
    private int _nextOther;

    private EnvironmentName Environment => EnvironmentName.From(this.GetPrimaryKeyString());

    public Task LookAsync(CancellationToken cancellation)
    {
        if (!_look.IsCompleted || (_begun is { } begun && time.GetElapsedTime(begun) < options.Interval * SameRound))
            return Task.CompletedTask;
        _begun = time.GetTimestamp();
        _look = TryAsync(Environment);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _look.WaitAsync(cancellationToken);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task TryAsync(EnvironmentName environment)
    {
        using var limit = new CancellationTokenSource(options.LookTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
        try
        {
            if (await ScopeAsync(environment, either.Token) is { } scope)
                await LookAsync(scope, either.Token);
        }
        catch (Exception e)
        {
            if (!_stopping.IsCancellationRequested) LogFailed(environment, e);
        }
    }

    // Those that are known to be worse first: who holds because of them waits for what is found next.
    private async Task LookAsync(LookScope scope, CancellationToken cancellation)
    {
        var now = clock.Now;
        var counts = new RequestCounts(sources, now);
        var look = new Look(counts, new(scope, rows, log, specs, counts), specs, options, grains, now);
        _nextWorse += await LookAsync(look, InTurn(scope.KnownWorse, _nextWorse), cancellation);
        _nextOther += await LookAsync(look, InTurn(scope.UnderRollouts, _nextOther), cancellation);
        var looks = scope.UnderRollouts.Count / options.MostServices;
        if (looks > LateAfterLooks) LogLate(Environment, scope.UnderRollouts.Count, looks);
    }

    // How many had their turn: a look may end before all had.
    private async Task<int> LookAsync(Look look, IEnumerable<ServiceToLookAt> all, CancellationToken cancellation)
    {
        var done = 0;
        await Parallel.ForEachAsync(
            all, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = CancellationToken.None },
            async (one, _) =>
            {
                if (cancellation.IsCancellationRequested) return;
                try
                {
                    var canBeAsked = await look.InspectAsync(one, cancellation);
                    if (!canBeAsked && one.SpecHash is { } hash) _specsWithoutQueries[hash] = 0;
                    Interlocked.Increment(ref done);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    // It has its turn in a later one.
                }
                catch (Exception e)
                {
                    // One service hides no other.
                    Interlocked.Increment(ref done);
                    LogServiceFailed(one.Slot, e);
                }
            });
        return done;
    }

    private IEnumerable<ServiceToLookAt> InTurn(List<ServiceToLookAt> all, int first) =>
        Enumerable.Range(0, Math.Min(all.Count, options.MostServices))
            .Select(i => all[(int)(((uint)first + (uint)i) % (uint)all.Count)]);

    // One that nobody but its own rollout moves is judged by that one's metrics and burns. Null: nothing is to be done.
    private async Task<LookScope?> ScopeAsync(EnvironmentName environment, CancellationToken cancellation)
    {
        var leased = await ServicesAsync(Kinds.Slot, environment, $"{SlotPhase.Leased}", cancellation);
        var open = await ServicesAsync(Kinds.Inquiry, environment, $"{InquiryPhase.Open}", cancellation);
        if (leased.Count + open.Count == 0) return null;
        var slots = await rows.AllAsync(new(Kinds.Slot, Environment: environment, Limit: Page), cancellation)
            .Where(row => row.Service is not null)
            .ToDictionaryAsync(row => row.Service!.Value, cancellationToken: cancellation);
        var known = await calls.OfAsync(slots.Keys, cancellation);
        var touched = Ways.Into(leased, known.SelectMany(one => one.Value.Select(to => (From: one.Key, To: to)))
            .ToLookup(call => call.To, call => call.From));
        if (_specsWithoutQueries.Count > MostSpecsWithoutQueries) _specsWithoutQueries.Clear();
        return new(
            known, slots.Keys.ToHashSet(), [.. Looks(open, isKnownWorse: true)],
            [.. Looks(touched.Where(service => !open.Contains(service)), isKnownWorse: false)
                .Where(one => one.SpecHash is { } hash && !_specsWithoutQueries.ContainsKey(hash))]);

        // Always in the same order, so that each has its turn.
        IEnumerable<ServiceToLookAt> Looks(IEnumerable<ServiceName> services, bool isKnownWorse) => services
            .OrderBy(one => $"{one}", StringComparer.Ordinal)
            .Select(one => new ServiceToLookAt(
                new(one, environment), slots.GetValueOrDefault(one)?.SpecHash, isKnownWorse));
    }

    private ValueTask<HashSet<ServiceName>> ServicesAsync(
        string kind, EnvironmentName environment, string phase, CancellationToken cancellation) =>
        rows.AllAsync(new(kind, Environment: environment, Phase: phase, Limit: Page), cancellation)
            .Where(row => row.Service is not null).Select(row => row.Service!.Value)
            .ToHashSetAsync(cancellationToken: cancellation);
}
