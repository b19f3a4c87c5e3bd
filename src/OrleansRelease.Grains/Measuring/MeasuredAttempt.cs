using System.Diagnostics;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Grains.Effects;

namespace OrleansRelease.Grains.Measuring;

/// <summary>
/// One attempt as it is seen from outside: a span in the trace of the decision that claimed it, where that is known
/// here, else the beginning of a trace.
/// </summary>
internal sealed class MeasuredAttempt : IDisposable
{
    private static readonly ActivitySource Source = new(GrainsHosting.TracesName);

    private readonly Activity? _span;

    private MeasuredAttempt(string adapter, Activity? span) => (Adapter, _span) = (adapter, span);

    /// <summary>The decision that is being made, for what comes of it; nothing, when it is in no trace.</summary>
    public static ActivityContext Origin =>
        Activity.Current is { Recorded: true } deciding ? deciding.Context : default;

    /// <summary>The kind of adapter that makes it, as far as it is known.</summary>
    public string Adapter { get; set; }

    public static MeasuredAttempt Start(EffectOwner owner, Dispatch dispatch, ActivityContext origin)
    {
        var adapter = dispatch.Effect.Action.IsOutside ? "unknown" : Connections.Inside;
        return new(adapter, Source.HasListeners() ? Begin(owner, dispatch, origin) : null);
    }

    /// <summary>Questions that a decision raised, in its trace; those that time raised are in none.</summary>
    public static Activity? Asking(RolloutId rollout, ActivityContext origin) => origin == default
        ? null
        : Source.StartActivity(
            "ask", ActivityKind.Internal, origin, [new("orel.rollout", rollout.ToString())]);

    public void End(Outcome outcome)
    {
        if (_span is null) return;
        _span.SetTag("orel.adapter", Adapter).SetTag("orel.outcome", Vocabulary.WordOf(outcome));
        var reason = outcome switch
        {
            Outcome.NotApplied no => no.Reason,
            Outcome.Refused no => no.Reason,
            Outcome.Unknown unknown => unknown.Reason,
            _ => null,
        };
        if (reason is not null) _span.SetStatus(ActivityStatusCode.Error, reason);
    }

    public void Dispose() => _span?.Dispose();

    private static Activity? Begin(EffectOwner owner, Dispatch dispatch, ActivityContext origin)
    {
        var effect = dispatch.Effect;
        var rollout = RolloutOf(owner, effect.Action);
        return Source.StartActivity(
            TraceNames.Effect + Vocabulary.WordOf(effect.Action), ActivityKind.Internal, origin,
            [
                new("orel.kind", owner.Kind),
                new("orel.key", owner.Key),
                new("orel.rollout", rollout?.ToString()),
                new("orel.environment", rollout?.Slot.Environment.ToString()),
                new("orel.effect.ordinal", effect.Ordinal),
                new("orel.effect.attempt", dispatch.Attempt),
                new("orel.fence", effect.Fence.ToString()),
            ]);
    }

    private static RolloutId? RolloutOf(EffectOwner owner, EffectAction action) => action switch
    {
        _ when owner.Kind == Kinds.Rollout => RolloutId.Parse(owner.Key),
        EffectAction.BeginRollout begin => begin.Rollout,
        EffectAction.GrantPermit grant => grant.Rollout,
        EffectAction.AskToYield ask => ask.Rollout,
        EffectAction.HaltRollout halt => halt.Rollout,
        EffectAction.TakeBackRollout back => back.Rollout,
        EffectAction.ReverseRollout back => back.Rollout,
        EffectAction.LeaveRollout leave => leave.Rollout,
        EffectAction.CompleteRollout completed => completed.Rollout,
        _ => null,
    };
}

/// <summary>How spans are called that begin a trace when they have no parent.</summary>
public static class TraceNames
{
    /// <summary>Begins the name of an attempt's span; the word of the effect follows.</summary>
    public const string Effect = "effect ";
}
