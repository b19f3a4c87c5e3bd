using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Scripts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Ports.ByHand;

/// <summary>
/// One service to be taken back by hand, and by what its two versions were deployed. <see cref="IsLeased"/>: under this
/// generation its slot was leased, so a later one is somebody else's.
/// </summary>
public sealed record ReturnByHand(
    RolloutSpec Spec, RolloutSpec BaselineSpec, VersionName? To, VersionName From, int Epoch, int Generation,
    bool IsLeased);

/// <summary>Makes the parts of a script from what the adapters can say in a shell.</summary>
public sealed class ByHandParts(IEnumerable<ITargetByHand> targets, IEnumerable<ITrafficByHand> traffic)
{
    private readonly Dictionary<string, ITargetByHand> _targets = targets.ToDictionary(one => one.Name);
    private readonly Dictionary<string, ITrafficByHand> _traffic = traffic.ToDictionary(one => one.Name);

    /// <summary>Whether a shell could have set the shares of a slot that is moved by this.</summary>
    public bool MayHaveMoved(RolloutSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return _traffic.ContainsKey(spec.Traffic.Adapter);
    }

    public IEnumerable<string> FunctionsFor(IEnumerable<RolloutSpec> specs) => specs
        .SelectMany(spec => new IByHand?[]
        {
            _traffic.GetValueOrDefault(spec.Traffic.Adapter), _targets.GetValueOrDefault(spec.Target.Adapter),
        })
        .OfType<IByHand>().DistinctBy(one => one.Functions).Select(one => one.Functions);

    /// <summary>The part, or why nobody could take this service back from a shell.</summary>
    public (ScriptPart? Part, string Reason) Of(ReturnByHand back)
    {
        ArgumentNullException.ThrowIfNull(back);
        var spec = back.Spec;
        foreach (var version in new[] { back.From, back.To ?? back.From }.Where(one => !Shell.IsPlain(one)))
            return (null, $"{spec.Slot}: the version '{version}' is not the same text in every shell");
        if (_traffic.GetValueOrDefault(spec.Traffic.Adapter) is not { } traffic)
            return (null, $"{spec.Slot}: no shell speaks to '{spec.Traffic.Adapter}', which shares its requests");
        if (traffic.At(spec) is not { Command: { } at })
            return (null, $"{spec.Slot}: {traffic.At(spec).Reason}");
        var target = _targets.GetValueOrDefault(spec.Target.Adapter);
        ImmutableArray<string> targetAt = target?.At(spec).Command is { } command ? [command] : [];
        return (
            new(
                spec.Slot, back.To, back.From, new Fence(back.Epoch, back.Generation, FenceQuestions.FirstByHand),
                back.IsLeased, [at, .. targetAt], [.. Closing(traffic, target)], [.. Steps(back, traffic, target)]),
            "");
    }

    // Both are looked at before either is touched: a newer lease may have come to one of them alone.
    private static IEnumerable<string> Closing(ITrafficByHand traffic, ITargetByHand? target)
    {
        IByHand[] both = target is null ? [traffic] : [traffic, target];
        return both.Select(one => one.Look).Concat(both.Select(one => one.Close));
    }

    // As the way back of a rollout: users first, then what they have left. Hooks are a team's own.
    private static IEnumerable<ScriptStep> Steps(ReturnByHand back, ITrafficByHand traffic, ITargetByHand? target)
    {
        var (spec, to) = (back.Spec, back.To);
        if (to is { } baseline)
        {
            yield return new($"{baseline} runs", target?.Ensure(back.BaselineSpec, baseline)
                ?? ByHand($"see that {baseline} of {spec.Service} runs, at {WhereOf(spec)}"));
        }

        // The router looks at the old version first, and it is asked where it said.
        yield return new(
            $"requests go to {(to is { } version ? $"{version}" : "nothing")}", traffic.SendBack(back.BaselineSpec));
        yield return new($"{back.From} runs no more", target?.TakeDown(spec, back.From)
            ?? ByHand($"take {back.From} of {spec.Service} down, at {WhereOf(spec)}"));
        foreach (var hook in spec.Hooks.Where(hook => hook.Undo is not null).Reverse())
        {
            yield return new(
                $"what the hook {hook.Name} has done is undone", ByHand($"undo what {hook.Name} has done"));
        }
    }

    private static string ByHand(string what) => Shell.Command("by_hand", what);

    private static string WhereOf(RolloutSpec spec) => spec.Target.Url?.AbsoluteUri ?? spec.Target.Adapter;
}
