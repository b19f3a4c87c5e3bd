using System.Diagnostics;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Rollouts;

/// <summary>How effects and steps are called before people.</summary>
public static class Wording
{
    public static string Of(EffectAction action) => action switch
    {
        EffectAction.Deploy deploy => $"deploy {deploy.Version}",
        EffectAction.SetTraffic { Shedding: not null } traffic =>
            $"traffic {traffic.Split.Candidate} {traffic.Split.CandidateWeight}, shedding load",
        EffectAction.SetTraffic traffic => $"traffic {traffic.Split.Candidate} {traffic.Split.CandidateWeight}",
        EffectAction.Retire retire => $"retire {retire.Version}",
        EffectAction.RunHook hook => $"hook {hook.Hook}",
        EffectAction.UndoHook hook => $"undo hook {hook.Hook}",
        EffectAction.LiftShedding => "let all requests through",
        EffectAction.CloseSlot => "keep requests as they are, and whoever had the slot out",
        _ => Vocabulary.WordOf(action),
    };

    public static string Of(Step step) => step switch
    {
        Step.Deploy => "deploy",
        Step.SetWeight weight => weight.Weight.ToString(),
        Step.Pause { Duration: { } duration } => $"pause {Duration.Format(duration)}",
        Step.Pause => "pause until promoted",
        Step.Analyse => "analysis",
        Step.Verify verify => $"verify {Duration.Format(verify.Duration)}",
        Step.Hook hook => $"hook {hook.Call.Name}",
        _ => throw new UnreachableException(),
    };

    /// <summary>A step of a way back, and what goes on beside it.</summary>
    public static string Of(UndoStep step, ShedRule? shed) =>
        step is UndoStep.EnsureBaseline ensure && shed is not null
            ? $"{Of(step)}; when half of it is ready, and not all, requests go there at once, and class low is refused "
                + $"over {shed.CapacityPerInstance} at once for each that is ready, until {ensure.Version} has all"
            : Of(step);

    public static string Of(UndoStep step) => step switch
    {
        UndoStep.EnsureBaseline ensure => $"{ensure.Version} checked",
        UndoStep.RestoreTraffic { Split.Baseline: { } baseline } => $"traffic to {baseline}",
        UndoStep.RestoreTraffic => "traffic off",
        UndoStep.RetireCandidate retire => $"retire {retire.Version}",
        UndoStep.UndoHook undo => $"undo hook {undo.Hook}",
        _ => throw new UnreachableException(),
    };
}
