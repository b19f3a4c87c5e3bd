using System.Collections.Immutable;
using System.Diagnostics;
using OrleansRelease.Adapters.Targets.Memory;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;
using OrleansRelease.Ports.Targets;
using OrleansRelease.Ports.Traffic;
using OrleansRelease.Testing.Releases;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>
/// Stands before a world's target and router: notes from when to when each worked on what, and takes its time over what
/// is taken back, as the real ones do.
/// </summary>
internal sealed class WatchedTargets
{
    private readonly Lock _lock = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly List<Touched> _log = [];
    private readonly HashSet<(ServiceName Service, VersionName Version)> _started = [];
    private readonly HashSet<(ServiceName Service, VersionName Version)> _left = [];
    private readonly TimeSpan _back;

    /// <param name="world">Whose they are.</param>
    /// <param name="back">How long a split that is taken back takes, and as long again an instance.</param>
    public WatchedTargets(World world, TimeSpan back)
    {
        _back = back;
        world.Instead = new Target(world.Target, this);
        world.InsteadOfTraffic = new Router(world.Traffic, this);
    }

    public ImmutableArray<Touched> Log
    {
        get
        {
            lock (_lock) return [.. _log];
        }
    }

    private TimeSpan Now => Stopwatch.GetElapsedTime(_began);

    private async Task<Outcome> NoteAsync(
        RolloutSpec spec, Touch what, VersionName version, Func<Task<Outcome>> act, CancellationToken cancellation)
    {
        var from = Now;
        if (what is Touch.Restored or Touch.Stopped)
        {
            using var slow = new PeriodicTimer(_back);
            await slow.WaitForNextTickAsync(cancellation);
        }

        var outcome = await act();
        lock (_lock)
        {
            if (outcome is not Outcome.Applied) return outcome;
            _log.Add(new(from, Now, $"{spec.Service}", what, $"{version}"));
            if (what is Touch.Started) _started.Add((spec.Service, version));
            if (what is Touch.Restored) _left.Add((spec.Service, version));
        }

        return outcome;
    }

    // A target is told a version, and not whether it is the new one or the one before: it has seen that itself.
    private bool IsKnown(TargetCall call)
    {
        lock (_lock) return _started.Contains((call.Spec.Service, call.Version));
    }

    // On a way back all requests have left it.
    private bool WasLeft(TargetCall call)
    {
        lock (_lock) return _left.Contains((call.Spec.Service, call.Version));
    }

    private sealed class Target(MemoryTarget inner, WatchedTargets watch) : ITarget
    {
        public string Name => inner.Name;

        public Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation) => watch.NoteAsync(
            call.Spec, watch.IsKnown(call) ? Touch.Ensured : Touch.Started, call.Version,
            () => inner.DeployAsync(call, cancellation), cancellation);

        public Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation) => watch.NoteAsync(
            call.Spec, watch.WasLeft(call) ? Touch.Stopped : Touch.Replaced, call.Version,
            () => inner.RetireAsync(call, cancellation), cancellation);

        public Task<VersionHealth> ObserveAsync(
            RolloutSpec spec, VersionName version, CancellationToken cancellation) =>
            inner.ObserveAsync(spec, version, cancellation);
    }

    private sealed class Router(ITraffic inner, WatchedTargets watch) : ITraffic
    {
        public string Name => inner.Name;

        public Task<Outcome> SetAsync(TrafficCall call, CancellationToken cancellation) => watch.NoteAsync(
            call.Spec, call.Split.CandidateWeight == Weight.None ? Touch.Restored : Touch.Shared, call.Split.Candidate,
            () => inner.SetAsync(call, cancellation), cancellation);

        public Task<Outcome> CloseAsync(CloseCall call, CancellationToken cancellation) =>
            inner.CloseAsync(call, cancellation);

        public Task<TrafficView?> ObserveAsync(RolloutSpec spec, CancellationToken cancellation) =>
            inner.ObserveAsync(spec, cancellation);

        public Task<Reading> CountAsync(
            RolloutSpec spec, VersionName version, Window window, CancellationToken cancellation) =>
            inner.CountAsync(spec, version, window, cancellation);
    }
}
