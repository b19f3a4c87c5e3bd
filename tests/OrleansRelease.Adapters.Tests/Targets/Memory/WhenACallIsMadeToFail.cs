using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Adapters.Targets;
using OrleansRelease.Adapters.Targets.Memory;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;
using static OrleansRelease.Adapters.Tests.Targets.TargetSpecs;

namespace OrleansRelease.Adapters.Tests.Targets.Memory;

public sealed class WhenACallIsMadeToFail
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryTarget _target;
    private readonly RolloutSpec _spec = Of("memory", []);

    public WhenACallIsMadeToFail() => _target = new(_time);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_answer_has_happened_and_a_lost_call_has_not(bool isDone)
    {
        _target.Faults = (_, _) => isDone ? new MemoryFault.AnswerLost() : new MemoryFault.CallLost();

        Assert.IsType<Outcome.Unknown>(await _target.DeployAsync(_spec.Call(V1, 1), None));

        Assert.Equal(isDone ? 1 : 0, (await _target.ObserveAsync(_spec, V1, None)).Ready);
    }

    [Fact]
    public async Task A_lost_answer_can_be_an_exception_and_is_recorded_all_the_same()
    {
        _target.Faults = (_, _) => new MemoryFault.AnswerLost(Throws: true);
        await Assert.ThrowsAsync<IOException>(() => _target.DeployAsync(_spec.Call(V1, 1), None));
        _target.Faults = null;

        Assert.IsType<Outcome.Applied>(await _target.DeployAsync(_spec.Call(V1, 1), None));

        Assert.Equal([true, false], _target.Log.Select(call => call.Acted));
    }

    [Fact]
    public async Task A_late_call_meets_the_fence_of_its_arrival()
    {
        _target.Faults = (_, call) => call.Fence.Ordinal == 1 ? new MemoryFault.Late(TimeSpan.FromSeconds(10)) : null;
        await _target.DeployAsync(_spec.Call(V1, 1), None);
        await _target.RetireAsync(_spec.Call(V1, 2), None);

        _time.Advance(TimeSpan.FromSeconds(10));

        await Eventually.IsAsync("the late call has arrived", () => _target.Log.Length == 2);
        Assert.IsType<Outcome.Overtaken>(_target.Log[1].Outcome);
        Assert.Equal(0, (await _target.ObserveAsync(_spec, V1, None)).Wanted);
    }

    [Fact]
    public async Task A_slow_call_that_is_given_up_never_arrives()
    {
        _target.Faults = (_, _) => new MemoryFault.Slow(TimeSpan.FromSeconds(10));
        using var givenUp = new CancellationTokenSource();
        var call = _target.DeployAsync(_spec.Call(V1, 1), givenUp.Token);

        await givenUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(_target.Log);
    }

    [Fact]
    public async Task A_lie_leaves_no_trace()
    {
        _target.Faults = (_, _) => new MemoryFault.Lies();

        Assert.IsType<Outcome.Applied>(await _target.DeployAsync(_spec.Call(V1, 1), None));

        Assert.Equal(0, (await _target.ObserveAsync(_spec, V1, None)).Wanted);
    }

    [Fact]
    public async Task A_version_that_was_not_ready_may_be_tried_again_by_the_same_fence()
    {
        _target.Faults = (_, _) => new MemoryFault.NotReady("no database");
        Assert.Equal(new Outcome.NotApplied("no database"), await _target.DeployAsync(_spec.Call(V1, 1), None));
        _target.Faults = null;

        Assert.IsType<Outcome.Applied>(await _target.DeployAsync(_spec.Call(V1, 1), None));
    }

    [Fact]
    public async Task A_refusal_takes_no_fence()
    {
        _target.Faults = (_, call) => call.Version == V2 ? new MemoryFault.Refuses("not here") : null;

        Assert.Equal(new Outcome.Refused("not here"), await _target.DeployAsync(_spec.Call(V2, 9), None));

        Assert.IsType<Outcome.Applied>(await _target.DeployAsync(_spec.Call(V1, 1), None));
    }

    [Fact]
    public async Task Restarts_and_lost_instances_are_seen()
    {
        await _target.DeployAsync(_spec.Call(V1, 1), None);

        _target.CountRestart(Slot, V1);
        _target.SetReady(Slot, V1, 0);

        var health = await _target.ObserveAsync(_spec, V1, None);
        Assert.Equal((1, 0, 1), (health.Wanted, health.Ready, health.Restarts));
    }

    [Fact]
    public async Task Every_call_that_arrives_is_in_the_log_in_order()
    {
        await _target.DeployAsync(_spec.Call(V1, 2), None);
        await _target.DeployAsync(_spec.Call(V2, 1), None);
        await _target.RetireAsync(_spec.Call(V1, 3), None);

        Assert.Equal<MemoryCall>(
            [
                new(1, Slot, TargetVerb.Deploy, V1, new(1, 1, 2), true, new Outcome.Applied()),
                new(2, Slot, TargetVerb.Deploy, V2, new(1, 1, 1), false, new Outcome.Overtaken(new(1, 1, 2))),
                new(3, Slot, TargetVerb.Retire, V1, new(1, 1, 3), true, new Outcome.Applied()),
            ],
            _target.Log);
    }
}
