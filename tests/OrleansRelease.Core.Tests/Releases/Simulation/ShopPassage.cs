using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Releases;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>One release of a shop.</summary>
internal sealed class ShopPassage(Shop shop, PassageId id, PassageSpec spec, PassageSpec told, int priority)
    : ShopThing<PassageState, PassageInput, PassageEvent>(
        shop, new ShopHearing(new PassageDecider(told), shop.Defect.Heard))
{
    private readonly OrdersOfARelease _orders = new();
    private bool _isMeasured;

    public PassageId Id => id;

    /// <summary>What it is really to do, whatever its rules were told.</summary>
    public PassageSpec Spec => spec;

    /// <summary>When somebody was told that its way back takes longer than was announced.</summary>
    public DateTimeOffset? ToldAt { get; set; }

    /// <summary>What it had taken back by a record that was restored: others may have moved that since.</summary>
    public IReadOnlySet<ServiceName> WasBack { get; private set; } = new HashSet<ServiceName>();

    public bool IsOver => State?.IsTerminal == true && !Row.Outbox.Any(entry => entry.IsPending);

    public void Begin() => Take(new PassageInput.Begin(
        Id, "sha256:shop", ActorName.From("anna"), Rank.Of(Id, Shop.Now, priority)));

    /// <summary>Its row is an older one.</summary>
    public void Restored() => WasBack = (State?.Parts ?? []).Where(part => part.Stage is PartStage.Back)
        .Select(part => part.Service).ToHashSet();

    /// <summary>What is due is looked at, and everything that it waits for is read again.</summary>
    public void Wake()
    {
        if (Row.NextWake > Shop.Now || Row.NextWake is null || State is null) return;
        if (State.Stage is PassageStage.Requiring)
            Take(new PassageInput.RequiredRead([]));
        else if (State.Stage is PassageStage.Looking)
            Take(Standing());
        else
            Take(new PassageInput.Heard([.. Shop.RolloutsOf(Id).Select(rollout => rollout.News).OfType<PartNews>()]));
        Take(new PassageInput.Tick());
    }

    private PassageInput.StandingRead Standing()
    {
        var ground = Shop.GroundOf(Spec.Reverses!.Passage);
        return new(ground.On.By, ground.Planned(Spec.Reverses));
    }

    protected override void Committed(Row<PassageState> before, StepResult<PassageState>.Written written) =>
        Shop.Committed(this, before, written);

    // As its shell does: what gets lost is due again.
    protected override void Looked()
    {
        if (_isMeasured || State?.Stage is not PassageStage.Stabilising now || now.Soak.AskAt > Shop.Now) return;
        _isMeasured = true;
        Shop.Agenda.After(Shop.MeasuringLag(), () =>
        {
            _isMeasured = false;
            if (State?.Stage is PassageStage.Stabilising asked && Shop.Read(asked) is { } read) Take(read);
        });
    }

    protected override void Restarted() => _isMeasured = false;

    protected override Outcome Carry(Dispatch attempt) => Shop.Carry(attempt.Effect.Action);

    protected override void Reread(Transition<PassageInput, PassageEvent> read)
    {
        if (_orders.Problem(read) is { } problem) Shop.Blame(12, $"{id}: {problem}");
    }
}
