using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Slots;

namespace OrleansRelease.Core.Releases;

/// <summary>What a service needs, as whoever has brought this version of it says, or the catalogue.</summary>
public delegate IEnumerable<ServiceName> NeedsOf(ServiceName service, StableVersion brought);

/// <summary>What was stable before a version, as whoever has brought it knows; null: nobody does.</summary>
public delegate BroughtOver? BroughtOverWhat(ServiceName service, StableVersion brought);

/// <summary>What was there before; null: nothing.</summary>
public sealed record BroughtOver(StableVersion? Before);

/// <summary>
/// Who stands on what a release has brought to an environment, or has verified there while it moves, and what of its
/// slots would be taken back. A pure function of the slots there: what was taken back since, or is not there any more,
/// stands on nothing.
/// </summary>
public sealed class BuiltOn
{
    private readonly ImmutableArray<Column> _columns;
    private readonly NeedsOf _needs;
    private readonly Func<StableVersion, bool> _isOwn;

    /// <param name="release">What is to be taken back there.</param>
    /// <param name="slots">All slots of the environment.</param>
    /// <param name="needs">What services need.</param>
    public BuiltOn(ReleaseName release, IEnumerable<SlotState> slots, NeedsOf needs)
        : this(slots, needs, stable => stable.Passage?.Release == release)
    {
    }

    private BuiltOn(IEnumerable<SlotState> slots, NeedsOf needs, Func<StableVersion, bool> isOwn)
    {
        ArgumentNullException.ThrowIfNull(slots);
        ArgumentNullException.ThrowIfNull(needs);
        (_needs, _isOwn) = (needs, isOwn);
        _columns =
        [
            .. slots.OrderBy(slot => $"{slot.Slot.Service}", StringComparer.Ordinal)
                .Select(slot => new Column(slot, isOwn)),
        ];
        By = Close();
    }

    /// <summary>
    /// The same of a passage that is under way: as if what it has verified were stable already. What the same release
    /// has brought before is not taken back with it.
    /// </summary>
    public static BuiltOn Moving(
        PassageId passage, IReadOnlyDictionary<ServiceName, StableVersion> verified, IEnumerable<SlotState> slots,
        NeedsOf needs)
    {
        ArgumentNullException.ThrowIfNull(verified);
        ArgumentNullException.ThrowIfNull(slots);
        return new(
            slots.Select(slot => verified.TryGetValue(slot.Slot.Service, out var stable)
                ? Layers.Add(slot, stable)
                : slot),
            needs, stable => stable.Passage == passage);
    }

    /// <summary>All that stand on it, over each other too; the nearest first.</summary>
    public ImmutableArray<StandsOn> By { get; }

    /// <summary>Those that have to be taken back before it, each named once.</summary>
    public ImmutableArray<PassageId> Bringers => [.. By.Select(one => one.By).Distinct()];

    /// <summary>Who has one of the slots that are to be taken back, or of these services; null: nobody.</summary>
    public Refusal? Busy(IEnumerable<ServiceName> services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var concerned = Going.Select(one => one.Service).Concat(services).ToHashSet();
        return _columns.Select(column => column.Slot)
            .FirstOrDefault(slot => slot.Holder is not null && concerned.Contains(slot.Slot.Service))
            is { Holder: { } holder } busy
            ? new(
                RefusalCodes.SlotBusy,
                $"{(holder.Passage is { } passage ? $"{passage}" : $"{holder.Rollout.Id}")} has {busy.Slot}",
                "the same when it has ended, or was aborted")
            : null;
    }

    /// <summary>All layers that go where whoever stands on it goes with it.</summary>
    public IEnumerable<(ServiceName Service, StableVersion Stable, bool IsLowest)> Going =>
        from column in _columns
        from depth in Enumerable.Range(0, column.Lowest + 1)
        select (column.Service, column.Layers[depth],
            depth == column.Lowest && column.Slot.AllLayers.Length == depth + 1);

    /// <summary>
    /// What would have to go, and nobody knows to what: what was stable before it is not on record; null: there is
    /// nothing. What needs one another is taken back together or not at all.
    /// </summary>
    public (ServiceName Service, StableVersion Stable)? Groundless(bool alone, BroughtOverWhat brought)
    {
        ArgumentNullException.ThrowIfNull(brought);
        foreach (var column in _columns)
        {
            if (column.Concerned(alone) is { } depth && column.Below(depth, brought) is null)
                return (column.Service, column.Layers[depth]);
        }

        return null;
    }

    /// <summary>What is taken back in each slot; alone: only where nothing was brought on top.</summary>
    public ImmutableArray<TakenBack> Reversals(bool alone, BroughtOverWhat brought)
    {
        ArgumentNullException.ThrowIfNull(brought);
        var found = ImmutableArray.CreateBuilder<TakenBack>();
        foreach (var column in _columns)
        {
            if (column.Concerned(alone) is not { } depth || column.Below(depth, brought) is not { } over) continue;
            found.Add(new(column.Service, new(column.Layers[0], over.Before), column.Layers[..(depth + 1)]));
        }

        return found.ToImmutable();
    }

    /// <summary>What of these services is not touched, and why.</summary>
    public ImmutableArray<LeftAlone> Left(IEnumerable<ServiceName> services, bool alone)
    {
        ArgumentNullException.ThrowIfNull(services);
        var columns = _columns.ToDictionary(column => column.Service);
        return
        [
            .. from service in services
               let column = columns.GetValueOrDefault(service)
               where column?.Concerned(alone) is null
               select new LeftAlone(service, column?.Slot.Stable is { } stable
                   ? $"{stable.Version} is stable there, {stable.BroughtText()}"
                   : "nothing is stable there"),
        ];
    }

    // Whoever stands on something that goes has to go before it, all of it, and so has whoever stands on that.
    private ImmutableArray<StandsOn> Close()
    {
        var found = new List<StandsOn>();
        while (true)
        {
            var more = Nearest().Distinct().Where(one => !found.Contains(one)).ToList();
            if (more.Count == 0) return [.. found];
            found.AddRange(more);
            var going = more.Select(one => (one.By, one.Rollout)).ToHashSet();
            foreach (var column in _columns) column.LetGo(going);
        }
    }

    private IEnumerable<StandsOn> Nearest()
    {
        foreach (var under in _columns.Where(column => column.Lowest >= 0))
        {
            var (on, lowest) = (under.Service, under.Layers[under.Lowest]);
            foreach (var stable in under.Layers[..under.Lowest].Where(one => !_isOwn(one)))
                yield return Standing(stable, on, on);
            foreach (var other in _columns.Where(column => column != under))
            {
                foreach (var stable in other.Layers.Where(one => one.Since > lowest.Since && !_isOwn(one)
                    && BroughtBy(one) != BroughtBy(lowest) && _needs(other.Service, one).Contains(on)))
                {
                    yield return Standing(stable, other.Service, on);
                }
            }
        }
    }

    private static (PassageId By, RolloutId? Rollout) BroughtBy(StableVersion stable) =>
        (stable.Bringer!.Value, stable.Passage is null ? stable.Rollout : null);

    private static StandsOn Standing(StableVersion stable, ServiceName service, ServiceName on) =>
        new(stable.Bringer!.Value, service, stable.Version, stable.Since, on, BroughtBy(stable).Rollout);

    /// <summary>What is and was stable in a slot, down to what a person has taken over; how much of it goes.</summary>
    private sealed class Column
    {
        private readonly Func<StableVersion, bool> _isOwn;

        /// <summary>How deep its own lies, the newest and what it had brought directly before; -1: none.</summary>
        private readonly int _own;

        public Column(SlotState slot, Func<StableVersion, bool> isOwn)
        {
            (Slot, _isOwn) = (slot, isOwn);
            // What a person has taken over was moved by nobody here: nothing under it is taken back.
            Layers = [.. slot.AllLayers.TakeWhile(one => one.Bringer is not null)];
            // The newest only: what the same release had brought before that, somebody else has replaced.
            var above = Layers.TakeWhile(one => !isOwn(one)).Count();
            _own = above < Layers.Length ? WithOwnBelow(above) : -1;
            Lowest = _own;
        }

        public SlotState Slot { get; }

        public ServiceName Service => Slot.Slot.Service;

        public ImmutableArray<StableVersion> Layers { get; }

        /// <summary>How deep the lowest of all that goes lies; -1: nothing goes.</summary>
        public int Lowest { get; private set; }

        /// <summary>All that these have brought here goes, and what lies on it.</summary>
        public void LetGo(HashSet<(PassageId By, RolloutId? Rollout)> going)
        {
            for (var depth = Layers.Length - 1; depth > Lowest; depth--)
            {
                if (going.Contains(BroughtBy(Layers[depth]))) Lowest = WithOwnBelow(depth);
            }
        }

        /// <summary>How deep the lowest lies that goes; null: nothing does.</summary>
        public int? Concerned(bool alone) => alone switch
        {
            true when _own >= 0 && Layers[.._own].All(_isOwn) => _own,
            false when Lowest >= 0 => Lowest,
            _ => null,
        };

        public BroughtOver? Below(int depth, BroughtOverWhat brought) => Slot.AllLayers.Length > depth + 1
            ? new(Slot.AllLayers[depth + 1])
            : brought(Service, Slot.AllLayers[depth]);

        // What it had brought before shows again when what lay between is gone: it goes, too.
        private int WithOwnBelow(int depth)
        {
            while (depth + 1 < Layers.Length && _isOwn(Layers[depth + 1])) depth++;
            return depth;
        }
    }
}
