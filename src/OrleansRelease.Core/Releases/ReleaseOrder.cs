using System.Collections.Frozen;
using System.Collections.Immutable;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Releases;

/// <summary>
/// The order of a release. A wave is what could move together if all took the same time; none waits for a whole wave,
/// but only for what it needs. The way back has the same order, reversed.
/// </summary>
public sealed class ReleaseOrder
{
    private readonly FrozenDictionary<ServiceName, int> _index;
    private readonly ImmutableArray<int> _waves;
    private readonly int[][] _needs;
    private readonly int[][] _neededBy;

    /// <param name="forward">Every service after all that it needs; within a wave by name.</param>
    /// <param name="waves">The wave of each.</param>
    /// <param name="needs">What each needs.</param>
    internal ReleaseOrder(
        ImmutableArray<ServiceName> forward, ImmutableArray<int> waves,
        ImmutableArray<ImmutableArray<ServiceName>> needs)
    {
        Forward = forward;
        _waves = waves;
        _index = forward.Select((name, i) => KeyValuePair.Create(name, i)).ToFrozenDictionary();
        _needs = [.. needs.Select(of => of.Select(name => _index[name]).ToArray())];
        var neededBy = forward.Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < _needs.Length; i++)
        {
            foreach (var provider in _needs[i]) neededBy[provider].Add(i);
        }

        _neededBy = [.. neededBy.Select(consumers => consumers.ToArray())];
    }

    /// <summary>Every service after all that it needs; what could move together by name.</summary>
    public ImmutableArray<ServiceName> Forward { get; }

    /// <summary>The exact reverse: every service before all that it needs.</summary>
    public IEnumerable<ServiceName> Backward => Forward.Reverse();

    public ImmutableArray<ImmutableArray<ServiceName>> Waves =>
    [
        .. Forward.Zip(_waves).GroupBy(pair => pair.Second, pair => pair.First).Select(wave => wave.ToImmutableArray()),
    ];

    public int WaveOf(ServiceName service) => _waves[_index[service]];

    public ImmutableArray<ServiceName> NeedsOf(ServiceName service) => Named(_needs[_index[service]]);

    public ImmutableArray<ServiceName> NeededBy(ServiceName service) => Named(_neededBy[_index[service]]);

    /// <summary>What may begin now, in order: not more than there is room for, and never before all that it needs.
    /// </summary>
    public ImmutableArray<ServiceName> MayBegin(
        Func<ServiceName, bool> isUntouched, Func<ServiceName, bool> isVerified, int room)
    {
        if (room <= 0) return [];
        var verified = Forward.Select(isVerified).ToArray();
        return
        [
            .. Enumerable.Range(0, Forward.Length)
                .Where(i => isUntouched(Forward[i]) && Array.TrueForAll(_needs[i], need => verified[need]))
                .Take(room).Select(i => Forward[i]),
        ];
    }

    /// <summary>
    /// What may be taken back now, in order: nothing that stands on it is still to be, also where a service that stays
    /// as it is lies between them.
    /// </summary>
    public ImmutableArray<ServiceName> MayGoBack(Func<ServiceName, bool> isToGoBack)
    {
        var (free, stoodOn) = (ImmutableArray.CreateBuilder<ServiceName>(), new bool[Forward.Length]);
        for (var i = Forward.Length - 1; i >= 0; i--)
        {
            var goesBack = isToGoBack(Forward[i]);
            if (goesBack && !stoodOn[i]) free.Add(Forward[i]);
            if (!goesBack && !stoodOn[i]) continue;
            foreach (var provider in _needs[i]) stoodOn[provider] = true;
        }

        return free.ToImmutable();
    }

    /// <summary>
    /// Of those that <paramref name="among"/> says, the nearest that stand on a service: what has to be taken back
    /// before it can be.
    /// </summary>
    public ImmutableArray<ServiceName> StandingOn(ServiceName service, Func<ServiceName, bool> among)
    {
        var (seen, open, found) = (new HashSet<int>(), new Stack<int>(_neededBy[_index[service]]), new List<int>());
        while (open.TryPop(out var consumer))
        {
            if (!seen.Add(consumer)) continue;
            if (among(Forward[consumer]))
            {
                found.Add(consumer);
                continue;
            }

            foreach (var next in _neededBy[consumer]) open.Push(next);
        }

        found.Sort();
        return Named([.. found]);
    }

    /// <summary>Everything that cannot begin when this one does not succeed, in order.</summary>
    public ImmutableArray<ServiceName> AllAfter(ServiceName service)
    {
        var after = new bool[Forward.Length];
        var first = _index[service];
        for (var i = first + 1; i < Forward.Length; i++)
            after[i] = Array.Exists(_needs[i], need => need == first || after[need]);
        return [.. Forward.Where((_, i) => after[i])];
    }

    /// <summary>
    /// The chain of services that takes longest when everything moves as soon as it may: forward, and back just so.
    /// </summary>
    public Chain Longest(Func<ServiceName, TimeSpan> takes)
    {
        var (ends, before) = (new TimeSpan[Forward.Length], new int[Forward.Length]);
        for (var i = 0; i < Forward.Length; i++)
        {
            before[i] = _needs[i].OrderByDescending(need => ends[need]).ThenBy(need => need).FirstOrDefault(-1);
            ends[i] = takes(Forward[i]) + (before[i] < 0 ? TimeSpan.Zero : ends[before[i]]);
        }

        var path = new List<ServiceName>();
        var at = Enumerable.Range(0, Forward.Length).OrderByDescending(i => ends[i]).FirstOrDefault(-1);
        var length = at < 0 ? TimeSpan.Zero : ends[at];
        for (; at >= 0; at = before[at]) path.Add(Forward[at]);
        path.Reverse();
        return new([.. path], length);
    }

    private ImmutableArray<ServiceName> Named(int[] indexes) => [.. indexes.Select(i => Forward[i])];
}

/// <summary>Services of which each needs the one before, and how long they take one after the other.</summary>
public sealed record Chain(ImmutableArray<ServiceName> Services, TimeSpan Length);
