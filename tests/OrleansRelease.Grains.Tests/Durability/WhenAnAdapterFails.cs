using System.Collections.Concurrent;
using System.Globalization;
using OrleansRelease.Adapters.Targets.Memory;
using OrleansRelease.Adapters.Traffic.Memory;
using OrleansRelease.Core.Identity;
using OrleansRelease.Grains.Tests.Harness;

namespace OrleansRelease.Grains.Tests.Durability;

[Collection(ServersCollection.Name)]
public sealed class WhenAnAdapterFails(Stores stores)
{
    private const int MaxCall = 12;
    private const int Kinds = 5;

    private readonly ConcurrentDictionary<int, int> _calls = new();
    private int _injected;

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task The_end_is_the_same_whichever_call_it_was(StoreKind kind)
    {
        var world = new World();
        world.Target.Faults = (_, call) => TargetFault(KindOfNext(call.Spec.Service));
        world.Traffic.Faults = call => Fault(KindOfNext(call.Spec.Service));
        await using var server = await TestServer.StartAsync(await stores.NewAsync(kind), world);
        var rollouts = new Harness.Rollouts(server);

        // The n-th call of slot 100 × k + n fails in the k-th way.
        int[] numbers =
        [
            0,
            .. from way in Enumerable.Range(0, Kinds)
               from call in Enumerable.Range(1, MaxCall)
               select (100 * way) + call,
        ];
        await EndState.ReachAsync(server, world, rollouts, numbers);

        Assert.InRange(_injected, Kinds * Math.Min(_calls[0], MaxCall), Kinds * MaxCall);
    }

    private int? KindOfNext(ServiceName service)
    {
        var number = int.Parse($"{service}".Split('-')[1], CultureInfo.InvariantCulture);
        var call = _calls.AddOrUpdate(number, 1, (_, before) => before + 1);
        if (number == 0 || number % 100 != call) return null;
        Interlocked.Increment(ref _injected);
        return number / 100;
    }

    private static MemoryFault? TargetFault(int? way) => way switch
    {
        null => null,
        0 => new MemoryFault.AnswerLost(),
        1 => new MemoryFault.CallLost(),
        2 => new MemoryFault.AnswerLost(Throws: true),
        3 => new MemoryFault.CallLost(Throws: true),
        _ => new MemoryFault.NotReady("it did not get ready"),
    };

    private static TrafficFault? Fault(int? way) => way switch
    {
        null => null,
        0 => new TrafficFault.AnswerLost(),
        1 => new TrafficFault.CallLost(),
        2 => new TrafficFault.AnswerLost(Throws: true),
        3 => new TrafficFault.CallLost(Throws: true),
        _ => new TrafficFault.Unreachable("nobody listens"),
    };
}
