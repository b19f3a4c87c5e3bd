using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Durability;

public sealed record NoteState(string Text);

public sealed record NoteInput(string Text);

/// <summary>The least that the shell can carry: a text. Some texts cannot be decided on.</summary>
internal sealed class NoteDecider : IDecider<NoteState, NoteInput, NoteState>
{
    public const string Undecidable = "undecidable";

    public string Kind => NoteGrain.Name;

    public int Version => 1;

    public bool KeepsEffects => false;

    public NoteInput Tick { get; } = new("");

    public NoteInput Reported(OutcomeReport report) => Tick;

    public Decision<NoteState> Decide(NoteState? state, NoteInput input, Moment moment) => input.Text switch
    {
        Undecidable => throw new InvalidOperationException("nobody thought of this"),
        "" => Decision<NoteState>.Nothing,
        _ => new Decision<NoteState>.Accepted([new NoteState(input.Text)], [], [], input.Text.Length.ToString("D")),
    };

    public NoteState Evolve(NoteState? state, NoteState happened, DateTimeOffset at) => happened;

    public bool MayAttempt(NoteState state, Effect effect, DateTimeOffset now) => true;

    public DateTimeOffset? NextWake(NoteState state) => null;

    public Facts Describe(NoteState state) => new(0, "Written");
}

[Alias("orel.tests.note"), GrainInterfaceType("orel.tests.note")]
public interface INoteGrain : IDurableGrain
{
    [Alias("write")]
    Task<string> WriteAsync(string text, string? command, CancellationToken cancellation);

    [Alias("read")]
    Task<string> ReadAsync(CancellationToken cancellation);
}

[GrainType(Name)]
internal sealed class NoteGrain(
    [PersistentState(NoteGrain.Name, RowRecords.Provider)] IPersistentState<RowRecord> storage,
    Surroundings around, ILogger<NoteGrain> logger)
    : DurableGrain<NoteState, NoteInput, NoteState>(storage, around, logger), INoteGrain
{
    public const string Name = "note";

    protected override string Kind => Name;

    protected override IDecider<NoteState, NoteInput, NoteState> Decider { get; } = new NoteDecider();

    protected override NoteInput Tick => Decider.Tick;

    protected override NoteInput Reported(OutcomeReport report) => Decider.Reported(report);

    /// <summary>The answer, or the code of the refusal.</summary>
    public async Task<string> WriteAsync(string text, string? command, CancellationToken cancellation)
    {
        var by = command is null ? null : new Command(
            Core.Identity.CommandId.From(command), Core.Identity.ActorName.From("tester"));
        return await StepAsync(new NoteInput(text), by) switch
        {
            Answer<Stepped<NoteState>>.Accepted accepted => accepted.Value.Answer ?? "",
            Answer<Stepped<NoteState>>.Refused refused => refused.Refusal.Code,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    public Task<string> ReadAsync(CancellationToken cancellation) => Task.FromResult(Row.State?.Text ?? "");

    protected override bool IsWayBack(NoteInput input, Row<NoteState> next) =>
        input.Text.StartsWith("back", StringComparison.Ordinal);
}
