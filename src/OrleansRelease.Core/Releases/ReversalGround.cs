using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Releases;

/// <summary>All that taking back what has completed goes by, as it was read.</summary>
/// <param name="Passage">What is to be taken back.</param>
/// <param name="On">Who stands on it.</param>
/// <param name="Passages">By what it was carried out, and every release that stands on it.</param>
/// <param name="DependsOn">What services depend on, as the catalogue says now.</param>
/// <param name="Brought">What was there before a version.</param>
/// <param name="Limits">Of the way back from a version, by its specification; null: that is not in the store.</param>
public sealed record ReversalGround(
    PassageId Passage, BuiltOn On, IReadOnlyDictionary<PassageId, PassageSpec> Passages,
    Func<ServiceName, IEnumerable<ServiceName>> DependsOn, BroughtOverWhat Brought, Func<string, UndoLimits?> Limits)
{
    /// <summary>
    /// The "no" while somebody has one of the slots, and where others stand on it and nobody has said what becomes of
    /// them; null: there is none.
    /// </summary>
    public Refusal? Refuse(WhenBuiltOn whenBuiltOn) =>
        On.Busy(Passages[Passage].Services.Select(entry => entry.Service))
        ?? (whenBuiltOn == WhenBuiltOn.Refuse && !On.By.IsEmpty
            ? new(
                RefusalCodes.BuiltOn, StandsOn.TextOf(On.By),
                "--when-built-on include, which takes them back first, hold, which asks a person, or take them back "
                + "before")
            : null);

    /// <summary>The passage that takes it back, or why there can be none.</summary>
    public (PassageSpec? Spec, Refusal? Refusal) Plan(WhenBuiltOn whenBuiltOn, string? reason)
    {
        var alone = whenBuiltOn != WhenBuiltOn.Include;
        var services = Passages[Passage].Services.Select(entry => entry.Service);
        if (On.Groundless(alone, Brought) is var (service, stable))
        {
            return (null, new(
                RefusalCodes.NotCompleted, $"what was stable before {service} {stable.Version} is not on record",
                $"a start of the version that {service} is to have"));
        }

        var left = On.Left(services, alone);
        var moved = On.Reversals(alone, Brought);
        if (moved.IsEmpty)
        {
            return (null, new(
                RefusalCodes.NotCompleted, $"nothing of {Passage} is there any more: "
                    + string.Join("; ", left.Select(one => $"{one.Service}: {one.Reason}")),
                "a release whose versions are stable there"));
        }

        if (Unplannable(moved) is { } refusal) return (null, refusal);
        var needs = Needs([.. moved.Select(one => one.Service)], alone);
        if (Ordering.Of(moved.Select(one => one.Service), needs) is Ordering.Circle circle)
            return (null, circle.Refusal);
        needs = WithRequired(needs, [.. moved.Select(one => one.Service)], alone);
        var spec = Passages[Passage] with
        {
            Services = [.. moved.Select(one => EntryOf(one, needs))],
            Requires = [],
            OnFailure = OnFailure.RollbackRelease,
            RollbackWithin = null,
            WhenBusy = WhenBusy.Queue,
            Reverses = new(
                Passage, reason, alone ? [] : On.Bringers, On.By, Waits: alone && !On.By.IsEmpty, left),
        };
        return (spec, null);
    }

    /// <summary>What would be taken back if it were planned now as it was then.</summary>
    public ImmutableArray<ServiceName> Planned(Reversing reversing)
    {
        ArgumentNullException.ThrowIfNull(reversing);
        return [.. On.Reversals(alone: reversing.With.IsEmpty, Brought).Select(one => one.Service)];
    }

    // What hooks of a version below have done nobody would undo.
    private Refusal? Unplannable(ImmutableArray<TakenBack> moved)
    {
        foreach (var one in moved)
        {
            foreach (var (stable, i) in one.Gone.Select((stable, i) => (stable, i)))
            {
                if (Limits(stable.SpecHash) is not { } limits)
                {
                    return NotInStore(
                        one.Service, stable, $"a start of {one.Reversal.To?.Version.ToString() ?? "another version"}");
                }

                if (i > 0 && limits.Hooks is { IsEmpty: false })
                {
                    return new(
                        RefusalCodes.BuiltOn,
                        $"hooks of {one.Service} {stable.Version} have to be undone in turn, after "
                        + $"{one.Gone[0].Bringer}", one.Gone[0].Passage is { } top
                            ? $"orel release rollback {top.Release} -e {top.Environment} before"
                            : $"a start of {one.Gone[1].Version} of {one.Service} before");
                }
            }

            // It may have to be started by it, long after others have gone back.
            if (one.Reversal.To is { } to && Limits(to.SpecHash) is null)
                return NotInStore(one.Service, to, "a start of another version");
        }

        return null;
    }

    private static Refusal NotInStore(ServiceName service, StableVersion stable, string accepted) => new(
        RefusalCodes.Poisoned,
        $"the specification {stable.SpecHash} of {service} {stable.Version} is not in the store", accepted);

    private PassageEntry EntryOf(TakenBack one, IEnumerable<Need> needs) => new(
        one.Service, one.Reversal.From.Version, one.Reversal.From.SpecHash,
        [.. needs.Where(need => need.Service == one.Service).Select(need => need.On)],
        Limits(one.Reversal.From.SpecHash)!, TimeSpan.Zero, one.Reversal);

    // As releases have said it of their own services, and the catalogue of all others.
    private ImmutableArray<Need> Needs(ImmutableHashSet<ServiceName> moved, bool alone)
    {
        var said = Said(alone);
        return
        [
            .. said.SelectMany(spec => spec.Services.Where(entry => moved.Contains(entry.Service))
                    .SelectMany(entry => entry.Needs.Where(moved.Contains)
                        .Select(on => new Need(entry.Service, on, NeedOrigin.Release))))
                .Concat(moved.SelectMany(service => DependsOn(service)
                    .Where(on => moved.Contains(on) && on != service
                        && !said.Any(spec => Has(spec, service) && Has(spec, on)))
                    .Select(on => new Need(service, on, NeedOrigin.Catalogue))))
                .DistinctBy(need => (need.Service, need.On)),
        ];
    }

    // What a release requires of others all its services need. Where that would make a circle with what is needed
    // beside it, it is left out: it does not say which of them.
    private ImmutableArray<Need> WithRequired(
        ImmutableArray<Need> needs, ImmutableHashSet<ServiceName> moved, bool alone)
    {
        foreach (var spec in Said(alone))
        {
            var more = needs.AddRange(
                from requires in spec.Requires
                let needed = requires.Requirement.Service
                where moved.Contains(needed) && !Has(spec, needed)
                from entry in spec.Services
                where moved.Contains(entry.Service)
                    && !needs.Any(need => need.Service == entry.Service && need.On == needed)
                select new Need(entry.Service, needed, NeedOrigin.Release));
            if (Ordering.Of(moved, more) is not Ordering.Circle) needs = more;
        }

        return needs;
    }

    private PassageSpec[] Said(bool alone) =>
    [
        .. Passages.Where(one => one.Key == Passage
            || (!alone && On.By.Any(by => by.Rollout is null && by.By == one.Key))).Select(one => one.Value),
    ];

    private static bool Has(PassageSpec spec, ServiceName service) =>
        spec.Services.Any(entry => entry.Service == service);
}

/// <summary>What is taken back in a slot, with all that goes with it, the newest first.</summary>
public sealed record TakenBack(ServiceName Service, Reversal Reversal, ImmutableArray<StableVersion> Gone);
