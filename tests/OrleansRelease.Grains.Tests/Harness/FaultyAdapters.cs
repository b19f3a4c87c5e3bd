using OrleansRelease.Adapters.Metrics.Memory;
using OrleansRelease.Adapters.Targets;
using OrleansRelease.Adapters.Targets.Memory;
using OrleansRelease.Adapters.Traffic.Memory;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Targets;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>Every way in which each call that a rollout makes to an adapter can go wrong.</summary>
internal static class FaultyAdapters
{
    /// <summary>Longer than anybody waits for a number.</summary>
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(30);

    private static readonly MemoryFault[] TargetFaults =
    [
        new MemoryFault.AnswerLost(), new MemoryFault.CallLost(), new MemoryFault.AnswerLost(Throws: true),
        new MemoryFault.CallLost(Throws: true), new MemoryFault.NotReady("it did not get ready"),
    ];

    private static readonly TrafficFault[] RouterFaults =
    [
        new TrafficFault.AnswerLost(), new TrafficFault.CallLost(), new TrafficFault.AnswerLost(Throws: true),
        new TrafficFault.CallLost(Throws: true), new TrafficFault.Unreachable("nobody listens"),
    ];

    private static readonly MetricsFault[] SourceFaults =
        [new MetricsFault.Dead(), new MetricsFault.Empty(), new MetricsFault.NaN(), new MetricsFault.Slow(TooLong)];

    /// <summary>In how many ways it can go wrong.</summary>
    public static int WaysOf(Doing what) => what switch
    {
        Doing.Deploy or Doing.Retire => TargetFaults.Length,
        Doing.SetTraffic => RouterFaults.Length,
        Doing.Look => 2,
        Doing.Count => 3,
        Doing.Measure => SourceFaults.Length,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static void Put(NthFaults faults, World world)
    {
        world.Target.Faults = (verb, call) => At(TargetFaults, faults.Next(
            $"{call.Spec.Service}", verb == TargetVerb.Deploy ? Doing.Deploy : Doing.Retire));
        world.Traffic.Faults = call => At(RouterFaults, faults.Next($"{call.Spec.Service}", Doing.SetTraffic));
        world.Metrics.Faults = query => At(
            SourceFaults, faults.Next(((MetricSource.Query)query.Source).Text, Doing.Measure));
        world.Instead = new Target(world.Target, faults);
        world.InsteadOfTraffic = new Traffic(world.Traffic, faults);
    }

    private static T? At<T>(T[] ways, int? way)
        where T : class => way is { } index ? ways[index] : null;

    private static Task<T> HangAsync<T>(CancellationToken cancellation) =>
        new TaskCompletionSource<T>().Task.WaitAsync(cancellation);

    private sealed class Target(ITarget inner, NthFaults faults) : ITarget
    {
        public string Name => inner.Name;

        public Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation) =>
            inner.DeployAsync(call, cancellation);

        public Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation) =>
            inner.RetireAsync(call, cancellation);

        public Task<VersionHealth> ObserveAsync(
            RolloutSpec spec, VersionName version, CancellationToken cancellation) =>
            faults.Next($"{spec.Service}", Doing.Look) switch
            {
                null => inner.ObserveAsync(spec, version, cancellation),
                0 => Task.FromException<VersionHealth>(new IOException("the connection was closed")),
                _ => HangAsync<VersionHealth>(cancellation),
            };
    }

    private sealed class Traffic(ITraffic inner, NthFaults faults) : ITraffic
    {
        public string Name => inner.Name;

        public Task<Outcome> SetAsync(TrafficCall call, CancellationToken cancellation) =>
            inner.SetAsync(call, cancellation);

        public Task<Outcome> CloseAsync(CloseCall call, CancellationToken cancellation) =>
            inner.CloseAsync(call, cancellation);

        public Task<TrafficView?> ObserveAsync(RolloutSpec spec, CancellationToken cancellation) =>
            inner.ObserveAsync(spec, cancellation);

        public Task<Reading> CountAsync(
            RolloutSpec spec, VersionName version, Window window, CancellationToken cancellation) =>
            faults.Next($"{spec.Service}", Doing.Count) switch
            {
                null => inner.CountAsync(spec, version, window, cancellation),
                0 => Task.FromException<Reading>(new HttpRequestException("the router does not answer")),
                1 => Task.FromResult<Reading>(new Reading.NoData("the window was not counted")),
                _ => HangAsync<Reading>(cancellation),
            };
    }
}
