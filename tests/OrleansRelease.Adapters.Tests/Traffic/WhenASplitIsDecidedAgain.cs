using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Adapters.Tests.Traffic;

/// <summary>The attempt before ended with too few requests: what was counted since then goes on to count.</summary>
public sealed class WhenASplitIsDecidedAgain : IAsyncLifetime
{
    private static readonly Fence First = new(1, 1, 2);

    private static readonly Fence Again = new(1, 1, 3);

    private Scripted _slot = null!;

    public async Task InitializeAsync() => _slot = await Scripted.StartAsync();

    public async Task DisposeAsync() => await _slot.DisposeAsync();

    /// <summary>One of twenty requests is proof against none at all, and none against 25 % or anything else.</summary>
    [Fact]
    public async Task What_another_rollout_left_is_not_told_from_what_this_one_has_shown()
    {
        _slot.Hold(new Fence(1, 1, 7), 2500);
        _slot.Old[0].Counts = look => 19 * look;
        _slot.New.Counts = look => look;

        Assert.IsType<Outcome.Unknown>(await _slot.SetAsync(new Fence(1, 2, 1), 2500, 1, shown: Weight.None));
    }

    /// <summary>What held before is not known; from what this rollout has shown few requests tell it.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_share_that_was_shown_last_is_known_although_the_router_hung_before_the_change(int ordinal)
    {
        _slot.Hold(new Fence(1, 1, 1), 0);
        _slot.Hangs = () => _slot.Holds is { Fence.Ordinal: 1 };
        Assert.IsType<Outcome.Unknown>(await _slot.SetAsync(First, 500, 1, shown: Weight.None));
        _slot.Old[0].Counts = _ => 95;
        _slot.New.Counts = _ => 5;

        Assert.IsType<Outcome.Applied>(
            await _slot.SetAsync(new Fence(1, 1, ordinal), 500, 5, shown: Weight.None));
    }

    /// <summary>The router does nothing: the two old ones got 95 % all the time.</summary>
    [Fact]
    public async Task An_instance_that_went_takes_its_requests_with_it()
    {
        _slot.Hold(new Fence(1, 1, 1), 500);
        Assert.IsType<Outcome.Unknown>(await _slot.SetAsync(First, 2500, 1, instances: 2));
        _slot.Old[0].Counts = _ => 28;
        _slot.New.Counts = _ => 10;

        Assert.IsType<Outcome.Unknown>(await _slot.SetAsync(Again, 2500, 1, instances: 1));
    }

    /// <summary>It had none when the stretch began, so only the look in between tells that it was more once.</summary>
    [Fact]
    public async Task An_instance_that_counts_less_than_it_did_once_has_started_again()
    {
        _slot.Hold(new Fence(1, 1, 1), 500);
        _slot.Old[0].Counts = look => look == 0 ? 0 : 40;
        _slot.New.Counts = look => look == 0 ? 0 : 2;
        Assert.IsType<Outcome.Unknown>(await _slot.SetAsync(First, 2500, 1));
        _slot.Old[0].Counts = _ => 28;
        _slot.New.Counts = _ => 10;

        Assert.IsType<Outcome.Unknown>(await _slot.SetAsync(Again, 2500, 1));
    }
}
