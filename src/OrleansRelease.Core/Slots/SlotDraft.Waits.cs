using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Slots;

/// <summary>Waiting for other slots, and being waited for by them.</summary>
internal sealed partial class SlotDraft
{
    private readonly HashSet<ServiceName> _heard = [];

    /// <summary>
    /// What was read of the slots that this one waits for. Each says what was so at a sequence, so what comes late or
    /// twice changes nothing.
    /// </summary>
    public Refusal? Hear(ImmutableArray<News> all)
    {
        foreach (var news in all)
        {
            if (_slot?.WaitOn(news.Source) is not { } wait || news.Sequence < wait.Heard) continue;
            var isKnown = wait.HeardAt is not null && news.Sequence == wait.Heard && wait.ReadAt > moment.Now;
            if (isKnown) continue;
            Happen(new SlotEvent.Heard(news.Source.Service, news.Sequence, news.Stable));
            _heard.Add(news.Source.Service);
        }

        return null;
    }

    public Refusal? Register(SlotInput.RegisterWaiter asked)
    {
        var waiters = _slot?.AllWaiters ?? [];
        var known = waiters.FirstOrDefault(waiter => waiter.Who == asked.Waiter);
        // It was asked for again, or withdrawn, before this came.
        if (known?.Number >= asked.Number || WithdrawnUpTo(asked.Waiter) >= asked.Number) return null;
        if (known is null && waiters.Length >= SlotLimits.MaxWaiters)
        {
            return new(
                RefusalCodes.TooManyWaiters, Waiter.Enough(asked.At), "the same when fewer wait");
        }

        Happen(new SlotEvent.WaiterRegistered(asked.At, asked.Waiter, asked.AtLeast, asked.Number));
        return null;
    }

    // Also of one that is not known here it is remembered: its registration may still be on its way.
    public Refusal? Deregister(SlotInput.WithdrawWaiter gone)
    {
        var known = _slot?.AllWaiters.FirstOrDefault(waiter => waiter.Who == gone.Waiter);
        if (known?.Number > gone.Number || WithdrawnUpTo(gone.Waiter) >= gone.Number) return null;
        Happen(new SlotEvent.WaiterWithdrawn(gone.At, gone.Waiter, gone.Number));
        return null;
    }

    /// <summary>
    /// A registration that came after fifty withdrawals of others outlives its own: nobody there remembers that. It is
    /// taken back by whom it rings.
    /// </summary>
    public Refusal? StopRinging(SlotKey source)
    {
        if (_slot is null || _slot.WaitOn(source) is not null) return null;
        var isSaid = moment.Outbox.Any(entry => entry.IsPending
            && entry.Effect.Action is EffectAction.WithdrawWaiter said && said.At == source);
        if (!isSaid) Tell(new EffectAction.WithdrawWaiter(source, _slot.Slot, NextOrdinal));
        return null;
    }

    /// <summary>What is not known yet is read first; only who has to wait asks to be rung.</summary>
    private bool HasWhatItRequires(QueuedRollout first)
    {
        var required = first.Requires ?? [];
        foreach (var requirement in required) Await(requirement);
        return required.All(requirement => WaitFor(requirement)?.IsMet() == true);
    }

    /// <summary>It is known not to be there, so whoever may bring it goes before.</summary>
    private bool Lacks(QueuedRollout first) => (first.Requires ?? []).Any(requirement =>
        WaitFor(requirement) is { HeardAt: not null } wait && !wait.IsMet());

    private Wait? WaitFor(Requirement requirement) =>
        _slot!.AllWaits.FirstOrDefault(wait => wait.Requires.Service == requirement.Service);

    private void Await(Requirement requirement)
    {
        var wait = WaitFor(requirement);
        if (wait is not null && wait.Requires != requirement)
        {
            End(wait);
            wait = null;
        }

        if (wait is null)
        {
            Happen(new SlotEvent.WaitBegan(requirement));
            return;
        }

        // Once for each reading: a slot that rings enough others already is not asked again before the next one.
        if (!_heard.Contains(requirement.Service) || wait.Number > 0 || wait.IsMet()) return;
        StopWithdrawing(wait);
        Happen(new SlotEvent.WaiterSent(requirement.Service, NextOrdinal));
        Tell(new EffectAction.RegisterWaiter(
            _slot!.SourceOf(wait), _slot!.Slot, requirement.AtLeast, NextOrdinal));
    }

    // Whoever moves, or is not the first any more, waits for nothing.
    private void EndWaits()
    {
        if (_slot is null) return;
        var required = _slot is { Holder: null, Restored: null, Queue: [var first, ..] } ? first.Requires ?? [] : [];
        foreach (var wait in _slot!.AllWaits.Where(wait => !required.Contains(wait.Requires))) End(wait);
    }

    private void End(Wait wait)
    {
        Happen(new SlotEvent.WaitEnded(wait.Requires.Service));
        if (wait.Number == 0) return;
        AbandonWhere(action => action is EffectAction.RegisterWaiter asked && asked.Number == wait.Number);
        StopWithdrawing(wait);
        Tell(new EffectAction.WithdrawWaiter(_slot!.SourceOf(wait), _slot!.Slot, NextOrdinal));
    }

    // Whatever is said next to that slot has a higher number, and says it all.
    private void StopWithdrawing(Wait wait) => AbandonWhere(action =>
        action is EffectAction.WithdrawWaiter said && said.At == _slot!.SourceOf(wait));

    private void Settle(OutboxEntry entry, EffectAction.RegisterWaiter asked)
    {
        if (_slot?.WaitOn(asked.At) is not { Registered: false } wait || wait.Number != asked.Number) return;
        Happen(entry.Status == EffectStatus.Applied
            ? new SlotEvent.WaiterTaken(asked.At.Service)
            : new SlotEvent.WaiterSent(asked.At.Service, 0));
    }

    private void Ring()
    {
        var waiters = _slot!.AllWaiters;
        if (waiters.IsEmpty) return;
        _rings.AddRange(waiters.Select(waiter => new Ring(waiter.Who.Kind, $"{waiter.Who}", waiter.RungAt)));
        Happen(new SlotEvent.Rung(moment.Sequence));
    }

    private int WithdrawnUpTo(WaiterName waiter) =>
        _slot?.Withdrawn?.FirstOrDefault(gone => gone.Who == waiter)?.Number ?? 0;

    private int NextOrdinal => moment.NextOrdinal + _intents.Count;
}
