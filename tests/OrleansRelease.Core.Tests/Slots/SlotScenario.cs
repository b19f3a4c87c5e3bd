using System.Collections.Immutable;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Leases;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Slots;

/// <summary>Drives one slot through the same step as production does, and owns the only clock.</summary>
internal sealed class SlotScenario
{
    public static readonly SlotKey Slot = SlotKey.From("checkout.production");

    private static readonly SlotDecider Decider = new();

    private static readonly DateTimeOffset Begun = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    private int _commands;

    public Row<SlotState> Row { get; private set; } = Row<SlotState>.Empty;

    public SlotState State => Row.State ?? throw new InvalidOperationException("nothing has happened yet");

    public DateTimeOffset Now { get; private set; } = Begun;

    public Refusal? Refusal { get; private set; }

    public StartAnswer? Answer { get; private set; }

    public ImmutableArray<Dispatch> Attempts { get; private set; } = [];

    public IEnumerable<EffectAction> Told => Attempts.Select(attempt => attempt.Effect.Action);

    public ImmutableArray<Ring> Rings { get; private set; } = [];

    /// <summary>The newest one, as it is stored.</summary>
    public string Transition { get; private set; } = "";

    public int Epoch { get; set; } = 1;

    /// <summary>The store is an older copy from here on, and somebody looks at the row.</summary>
    public SlotScenario Restored()
    {
        Epoch++;
        return Take(new SlotInput.Tick());
    }

    /// <summary>It was seen that a version has all requests and runs, and no other.</summary>
    public SlotScenario Seen(string version) => Seen(version, new Fence(1, 9, 9));

    /// <summary>It was seen that a version has all requests and runs; the router was last told so under this fence.
    /// </summary>
    public SlotScenario Seen(string version, Fence? fence) => Take(new SlotInput.Observed(Sight(version, fence)));

    /// <summary>It was seen that no version has any requests.</summary>
    public SlotScenario SeenNobody(string version, Fence fence) => Take(
        new SlotInput.Observed(Sight(version, fence, Units.Weight.None)));

    public Observation Sight(string version, Fence? fence, Units.Weight? share = null) => new(
        Now, ImmutableSortedDictionary<string, Units.Weight>.Empty.Add(version, share ?? Units.Weight.All),
        ImmutableSortedDictionary<string, Core.Rollouts.InstanceCount>.Empty.Add(version, new(1, 1)), fence);

    /// <summary>A person takes over a version, and this is what is there.</summary>
    public SlotScenario Adopt(string version, Observation? seen = null, string? command = null) => Take(
        new SlotInput.Adopt(
            Slot, VersionName.From(version), $"sha256:{version}", seen ?? Sight(version, new Fence(1, 9, 9)),
            ActorName.From("anna"), "from before"),
        new(CommandId.From(command ?? $"command-{++_commands}"), ActorName.From("anna")));

    public SlotScenario Accepted() => Take(
        new SlotInput.Accept(ActorName.From("tester"), null),
        new(CommandId.From($"command-{++_commands}"), ActorName.From("tester")));

    /// <summary>A person takes the lease from whoever has it, or from this one.</summary>
    public SlotScenario Broken(int? holder = null, string? reason = "nobody can read it") => BrokenBy(
        Row.State?.Holder?.Rollout.SpecHash, holder, reason);

    /// <summary>The same, where this specification is the first that can be read.</summary>
    public SlotScenario BrokenBy(string? specHash, int? holder = null, string? reason = "nobody can read it") => Take(
        new SlotInput.Break(
            Id(holder ?? Row.State?.Holder?.Rollout.Id.Number ?? 1), ActorName.From("anna"), reason, specHash),
        new(CommandId.From($"command-{++_commands}"), ActorName.From("anna")));

    /// <summary>The router has kept out whoever had the lease, or has answered otherwise.</summary>
    public SlotScenario Closed(Outcome? outcome = null)
    {
        var close = Row.Outbox.Single(entry => entry is { IsPending: true, Effect.Action: EffectAction.CloseSlot });
        return Take(new SlotInput.OutcomeReported(
            new(close.Effect.Ordinal, close.Attempt, outcome ?? new Outcome.Applied())));
    }

    /// <summary>It was seen that requests are shared.</summary>
    public SlotScenario SeenShared(string version, string other) => Take(new SlotInput.Observed(
        Sight(version, new Fence(1, 9, 9), Units.Weight.Percent(90)) with
        {
            Shares = ImmutableSortedDictionary<string, Units.Weight>.Empty
                .Add(version, Units.Weight.Percent(90)).Add(other, Units.Weight.Percent(10)),
        }));

    /// <param name="requires">Such as <c>cart 1.9.0</c>.</param>
    public SlotScenario Start(
        string version, WhenBusy whenBusy = WhenBusy.Queue, string? command = null, params string[] requires)
    {
        var order = new StartOrder(
            Slot, VersionName.From(version), $"sha256:{version}", whenBusy, $"start {version}",
            requires.Length == 0 ? null : [.. requires.Select(Required)]);
        return Take(
            new SlotInput.Start(order, ActorName.From("tester")),
            new(CommandId.From(command ?? $"command-{++_commands}"), ActorName.From("tester")));
    }

    public SlotScenario Withdraw(int number) => Take(
        new SlotInput.Withdraw(Id(number)), new(CommandId.From($"command-{++_commands}"), ActorName.From("tester")));

    public SlotScenario End(int number, bool succeeded, string keepPrevious = "1h") => Take(
        new SlotInput.RolloutEnded(Id(number), succeeded, Units.Duration.Parse(keepPrevious)!.Value));

    /// <summary>A version has been rolled out and every effect has been answered.</summary>
    public SlotScenario Given(string version) =>
        Start(version).ReportAll(new Outcome.Applied()).End(State.LastNumber, succeeded: true)
            .ReportAll(new Outcome.Applied());

    /// <summary>What was read of the slot of a service beside this one.</summary>
    public SlotScenario Heard(string service, long sequence, string? stable) => Take(new SlotInput.Heard(
        [new(Beside(service), sequence, VersionName.Parse(stable))]));

    public SlotScenario Registered(string waiter, int number, string atLeast = "1.0.0") => Take(
        new SlotInput.RegisterWaiter(Slot, Beside(waiter), VersionName.From(atLeast), number));

    /// <summary>A release wants the slot, to move it to 9.0.</summary>
    public SlotScenario Claim(
        string release, int number = 1, int minutes = 0, int priority = 0, WhenBusy whenBusy = WhenBusy.Queue,
        string version = "9.0", string? specHash = null, DateTimeOffset? createdAt = null, Reversal? reverses = null,
        ImmutableArray<Reservation>? reserves = null, ImmutableArray<BudgetClaim>? budgets = null)
    {
        var id = Passage(release);
        return Take(new SlotInput.ClaimLease(Slot, new(
            id, Rank.Of(id, Begun.AddMinutes(minutes), priority), whenBusy, number, VersionName.From(version),
            specHash ?? $"sha256:{version}", ActorName.From("anna"), createdAt, reverses, reserves), budgets));
    }

    /// <summary>A release has moved it to a version, and has completed.</summary>
    public SlotScenario Completed(string release, string version) =>
        Claim(release, version: version).Return(release, completed: true).ReportAll(new Outcome.Applied());

    public SlotScenario Return(
        string release, int number = 2, bool completed = false, string keepPrevious = "1h", bool isLeft = false) =>
        Take(new SlotInput.ReturnLease(
            Slot, Passage(release), number, completed, Units.Duration.Parse(keepPrevious)!.Value, isLeft));

    public static PassageId Passage(string release) => PassageId.From($"{release}.production.1");

    public SlotScenario Withdrawn(string waiter, int number) =>
        Take(new SlotInput.WithdrawWaiter(Slot, Beside(waiter), number));

    /// <summary>The slot of a service beside this one rings it, and would do so again.</summary>
    public SlotScenario RungInVain(string source) => Take(new SlotInput.RungInVain(Beside(source)));

    public static SlotKey Beside(string service) => Slot with { Service = ServiceName.From(service) };

    public static Requirement Required(string text) =>
        new(ServiceName.From(text.Split(' ')[0]), VersionName.From(text.Split(' ')[1]));

    public SlotScenario Later(string by)
    {
        Now += Units.Duration.Parse(by)!.Value;
        return Take(new SlotInput.Tick());
    }

    /// <summary>Every effect that is being tried ends like this.</summary>
    public SlotScenario ReportAll(Outcome outcome)
    {
        foreach (var entry in Row.Outbox.Where(entry => entry is { IsPending: true, Running: true }).ToList())
            Take(new SlotInput.OutcomeReported(new(entry.Effect.Ordinal, entry.Attempt, outcome)));
        return this;
    }

    public static RolloutId Id(int number) => new(Slot, number);

    public SlotScenario Take(SlotInput input, Command? command = null)
    {
        (Refusal, Answer, Attempts, Rings) = (null, null, [], []);
        switch (Decider.Step(Row, input, command, Epoch, Now))
        {
            case StepResult<SlotState>.Refused refused:
                Refusal = refused.Refusal;
                break;
            case StepResult<SlotState>.Unchanged unchanged:
                Answer = Read(unchanged.Answer);
                break;
            case StepResult<SlotState>.Written written:
                // What is stored is what the next decision is made from.
                Row = Vocabulary.Read<Row<SlotState>>(Vocabulary.Write(written.Row));
                (Answer, Attempts) = (Read(written.Answer), written.Attempts);
                (Rings, Transition) = (written.Facts.Rings, written.Transition);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        return this;
    }

    private static StartAnswer? Read(string? answer) => answer is null ? null : Vocabulary.Read<StartAnswer>(answer);
}
