using System.Text;
using Microsoft.Extensions.Logging;
using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;
using OrleansRelease.Grains.Measuring;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Durability;

/// <summary>
/// The one shell around pure rules: decide, write once, then act. Decisions never interleave, so the row that one was
/// made from is the row that it is written over. Nothing outside is touched before the write.
/// </summary>
internal abstract partial class DurableGrain<TState, TInput, TEvent>(
    IPersistentState<RowRecord> storage, Surroundings around, ILogger logger) : Grain, IDurableGrain
    where TState : class
    where TInput : class
{
    /// <summary>The longest that a timer waits; the wake index would do the same without any.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromHours(1);

    /// <summary>How soon a wake is repeated that is due but changes nothing yet.</summary>
    private static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(1);

    /// <summary>How soon a wake is repeated that failed.</summary>
    private static readonly TimeSpan FailedWait = TimeSpan.FromSeconds(5);

    private readonly CommittedRow<TState> _committed = new(storage, around.Format);
    private IGrainTimer? _timer;
    private bool _lost;

    protected Surroundings Around => around;

    protected string Key => this.GetPrimaryKeyString();

    /// <summary>What is durable; the only thing that queries may look at.</summary>
    protected Row<TState> Row => _committed.Row;

    protected string? Unreadable => _committed.Unreadable;

    protected abstract IDecider<TState, TInput, TEvent> Decider { get; }

    // A grain that has to fetch its rules needs both before it has them, and says them itself.
    protected virtual TInput Tick => Decider.Tick;

    protected virtual TInput Reported(OutcomeReport report) => Decider.Reported(report);

    /// <summary>
    /// Fetches what the rules are made from. A text is the reason why there are none: the row is poisoned.
    /// </summary>
    protected virtual ValueTask<string?> PrepareAsync(TInput input) => default;

    /// <summary>
    /// Whether the sender says this only once. What gets lost of outcomes and answers is made up for by time, and a
    /// tick comes again.
    /// </summary>
    protected virtual bool IsToldOnce(TInput input) => input is not IReportsOutcome && !input.Equals(Tick);

    /// <summary>
    /// What a wake brings. Who follows others reads what they have decided since, whether or not anybody rang.
    /// </summary>
    protected virtual ValueTask<TInput> WokenAsync(CancellationToken cancellation) => ValueTask.FromResult(Tick);

    /// <summary>Whether it follows others now, so that it reads them as soon as it is activated.</summary>
    protected virtual bool FollowsOthers => false;

    /// <summary>Whether this input may be written although the state has outgrown its bound.</summary>
    protected virtual bool IsWayBack(TInput input, Row<TState> next) => false;

    /// <summary>The row was looked at; ask what it wants to know now.</summary>
    protected virtual void AfterStep()
    {
    }

    /// <summary>A decision is durable; what was before it.</summary>
    protected virtual void AfterWrite(Row<TState> before)
    {
    }

    protected abstract string Kind { get; }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _committed.LoadAsync();
        _timer = this.RegisterGrainTimer(OnTimerAsync, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Arm(TimeSpan.Zero);
        if (FollowsOthers) _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public virtual async Task WakeAsync(long sequence, CancellationToken cancellation)
    {
        // Two activations may live for a while when a server is lost sight of: what the other one wrote is not known
        // here, and from an old row nothing may ever be due.
        if (Row.Sequence < sequence) await _committed.ReloadAsync();
        if (Row.State is null && Unreadable is null) return;
        await StepAsync(await WokenAsync(cancellation));
    }

    public virtual async Task ReportOutcomeAsync(OutcomeReport report, CancellationToken cancellation)
    {
        if (Row.State is null && Unreadable is null) return;
        await StepAsync(Reported(report));
    }

    public virtual async Task<Refusal?> LiftQuarantineAsync(
        Command command, bool dryRun, CancellationToken cancellation)
    {
        var isFirst = !HasTaken(command);
        if (isFirst)
        {
            if (await around.Rows.GetAsync(Kind, Key, cancellation) is not { Summary: var stored })
                return new(RefusalCodes.NotFound, $"there is no {Kind} {Key}");
            if (stored.Failures == 0)
                return new(RefusalCodes.NotFailed, $"nothing is wrong with {Key}: it is decided on as usual", "wait");
            if (dryRun) return null;
            await _committed.ReloadAsync();
        }

        // The write that puts the command on record ends the failures with it: never the one without the other.
        var refusal = (await StepAsync(Tick, command, dryRun)).RefusalOrNull;
        if (isFirst && refusal is null) LogLifted(Kind, Key, command.Actor, command.Reason);
        return refusal;
    }

    /// <summary>Whether this very command was carried out here before.</summary>
    protected bool HasTaken(Command command) => Row.Commands.Any(taken => taken.Id == command.Id);

    /// <summary>One input: the decision, the write, and only then the acting.</summary>
    protected async Task<Answer<Stepped<TState>>> StepAsync(TInput input, Command? command = null, bool dryRun = false)
    {
        using var ids = logger.BeginScope(new RowIds(Kind, Key, command));
        if (_lost) throw new InvalidOperationException($"{Kind} {Key} is being read again after a failed write");
        var row = Unreadable is null ? Row : await InsteadAsync(input);
        if (row is null) return await PoisonedAsync(Unreadable!, dryRun);
        if (await PrepareAsync(input) is { } missing) return await PoisonedAsync(missing, dryRun);

        StepResult<TState> result;
        var payload = "";
        try
        {
            result = InFormat(Decider.Step(row, input, command, around.Clock.Epoch, around.Clock.Now));
            if (result is StepResult<TState>.Written { Row: var next }) payload = Vocabulary.Write(next);
        }
        catch (Exception e)
        {
            LogUndecided(Kind, Key, input.GetType().Name, e);
            return await PoisonedAsync($"{input.GetType().Name}: {e.Message}", dryRun);
        }

        // "No" and "nothing to do" come without a write that would tell whether this row is still the newest: to
        // whoever says something only once they must not be said from an old one.
        if (result is not StepResult<TState>.Written && IsToldOnce(input) && await _committed.ReloadAsync())
            return await StepAsync(input, command, dryRun);

        switch (result)
        {
            case StepResult<TState>.Refused refused:
                return refused.Refusal;
            case StepResult<TState>.Unchanged unchanged:
                if (!dryRun) Looked(IdleWait);
                return new Stepped<TState>(Row, unchanged.Answer);
            case StepResult<TState>.Written written when dryRun:
                return new Stepped<TState>(written.Row, written.Answer, Row);
            case StepResult<TState>.Written written when IsTooLarge(payload) && !IsWayBack(input, written.Row):
                return await TooLargeAsync(command);
            case StepResult<TState>.Written written:
                var before = Row;
                await CommitAsync(written, payload);
                if (command is not null)
                    LogCommanded(Kind, Key, input.GetType().Name, command.Actor, written.Row.Sequence);
                return new Stepped<TState>(Row, written.Answer, before);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Whether there is a row, also one that another activation has made since this one began.</summary>
    protected async ValueTask<bool> ExistsAsync()
    {
        if (Row.State is null && Unreadable is null) await _committed.ReloadAsync();
        return Row.State is not null || Unreadable is not null;
    }

    /// <summary>What another activation may have written since this one read it.</summary>
    protected Task ReloadAsync() => _committed.ReloadAsync();

    /// <summary>A query over what is durable.</summary>
    protected Answer<TView> Read<TView>(Func<Row<TState>, TView> view) => Row.State is not null
        ? view(Row)
        : Unreadable is { } why
            ? new Refusal(RefusalCodes.Poisoned, $"{Kind} {Key} cannot be read: {why}", "retry")
            : new Refusal(RefusalCodes.NotFound, $"there is no {Kind} {Key}");

    /// <summary>What was told has been taken in, or else whoever told it must hear that and tell it again.</summary>
    protected static void Taken(Answer<Stepped<TState>> answer)
    {
        if (answer.RefusalOrNull is { } refusal) throw new OrleansException(refusal.Reason);
    }

    // Never an older one over a newer: another server may have heard of the new one before this one has.
    private StepResult<TState> InFormat(StepResult<TState> result) => result is StepResult<TState>.Written written
        ? written with { Row = written.Row with { Schema = Math.Max(written.Row.Schema, around.Format.Write) } }
        : result;

    private async Task CommitAsync(StepResult<TState>.Written written, string payload)
    {
        var (before, facts) = (Row, written.Facts);
        var columns = new RowColumns(
            Kind, Key, written.Row.Sequence, written.Row.At, facts.Phase, facts.Service, facts.Environment,
            facts.Version, facts.SpecHash, written.Row.NextWake)
        {
            Rings = facts.Rings,
        };
        if (await _committed.WriteAsync(written, columns, payload) is Commit.Lost lost)
        {
            // Whether it is stored will be read by the next activation; this one knows nothing for sure any more.
            _lost = true;
            around.Instruments.OnWriteFailed(Kind);
            LogWriteLost(Kind, Key, written.Row.Sequence, lost.Reason);
            DeactivateOnIdle();
            throw new OrleansException($"whether {Kind} {Key} was changed is not known: repeat the same command");
        }

        // From here on a crash loses nothing: the row says what is pending and when to look again.
        around.Instruments.OnTransition(Kind);
        if (before.NextWake is { } due && due <= written.Row.At)
            around.Instruments.OnDecided(Kind, written.Row.At - due);
        AfterWrite(before);
        around.Effects.Dispatch(new(Kind, Key), written.Attempts);
        Looked(TimeSpan.Zero);
    }

    private bool IsTooLarge(string payload)
    {
        var size = Encoding.UTF8.GetByteCount(payload);
        if (size > RowLimits.WarnBytes) LogLarge(Kind, Key, size);
        return size > RowLimits.MaxBytes;
    }

    private async Task<Refusal> TooLargeAsync(Command? command)
    {
        var reason = $"the state of {Kind} {Key} would be larger than {RowLimits.MaxBytes / 1024} KB";
        // Nobody hears of a refused tick, so it goes on record as a failure of the row.
        if (command is null) await PoisonedAsync(reason, dryRun: false);
        return new(RefusalCodes.StateTooLarge, reason, "an abort");
    }

    private async Task<Refusal> PoisonedAsync(string reason, bool dryRun)
    {
        var said = $"{Kind} {Key} cannot be decided: {reason}";
        if (dryRun) return new(RefusalCodes.Poisoned, said, "retry");
        var failure = await around.Wakes.RecordFailureAsync(Kind, Key, reason, around.Clock.Now, default);
        around.Instruments.OnRowFailed(Kind, failure.Quarantined);
        if (failure.Quarantined) LogQuarantined(Kind, Key, failure.Failures, reason);
        else LogPoisoned(Kind, Key, failure.Failures, reason, failure.RetryAt);
        return new(RefusalCodes.Poisoned, said, "retry");
    }

    private async Task OnTimerAsync(CancellationToken cancellation)
    {
        try
        {
            await WakeAsync(Row.Sequence, cancellation);
        }
        catch (Exception e)
        {
            LogWakeFailed(Kind, Key, e);
            if (!_lost) Arm(FailedWait);
        }
    }

    private void Looked(TimeSpan atLeast)
    {
        Arm(atLeast);
        AfterStep();
    }

    // Timers only make it punctual. That it happens at all is the wake index's promise.
    private void Arm(TimeSpan atLeast)
    {
        var due = Row.NextWake is { } wake ? Clamp(wake - around.Clock.Now, atLeast) : Timeout.InfiniteTimeSpan;
        _timer?.Change(due, Timeout.InfiniteTimeSpan);
    }

    private static TimeSpan Clamp(TimeSpan due, TimeSpan atLeast) =>
        due < atLeast ? atLeast : due > LongestTimer ? LongestTimer : due;
}

/// <summary>
/// The row after an input, and the answer to it; <see cref="Before"/> is the row that was written over, null when
/// nothing was.
/// </summary>
internal sealed record Stepped<TState>(Row<TState> Row, string? Answer, Row<TState>? Before = null)
    where TState : class;
