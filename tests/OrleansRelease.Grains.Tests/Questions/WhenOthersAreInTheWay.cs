using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Questions;

namespace OrleansRelease.Grains.Tests.Questions;

/// <summary>The only place among the calls to a connection is taken when something is asked there.</summary>
public sealed class WhenOthersAreInTheWay
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<int> _other = new();
    private readonly TaskCompletionSource<int> _answer = new();
    private readonly TaskCompletionSource _asked = new();
    private readonly Asking _asking;

    public WhenOthersAreInTheWay()
    {
        _asking = new(new(new RunnerOptions { CallsPerConnection = 1, ReservedForWaysBack = 0 }), _time);
        _ = AskAsync(Patience.Each(TimeSpan.FromHours(1)), () => _other.Task);
    }

    [Fact]
    public async Task Whoever_gets_no_turn_does_not_say_that_nobody_answered()
    {
        var asking = AskAsync(Patience.Each(Limit), OurAnswer);
        _time.Advance(Limit);
        var error = await Assert.ThrowsAsync<TimeoutException>(() => asking);
        Assert.Equal("no turn within 5s: other calls to it have not ended", error.Message);
        Assert.False(_asked.Task.IsCompleted);
    }

    [Fact]
    public async Task The_turn_takes_nothing_from_the_time_for_the_answer()
    {
        var asking = AskAsync(Patience.Each(Limit), OurAnswer);
        await TurnComesAsync();
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(asking.IsCompleted);
        _answer.SetResult(7);
        Assert.Equal(7, await asking);
    }

    [Fact]
    public async Task What_was_announced_as_a_whole_ends_as_a_whole()
    {
        var asking = AskAsync(Patience.Together(Limit), OurAnswer);
        await TurnComesAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<TimeoutException>(() => asking);
        Assert.Equal("no answer within 5s", error.Message);
    }

    private Task<int> OurAnswer()
    {
        _asked.SetResult();
        return _answer.Task;
    }

    private async Task TurnComesAsync()
    {
        _time.Advance(TimeSpan.FromSeconds(4));
        _other.SetResult(0);
        await _asked.Task.WaitAsync(Eventually.Patience);
    }

    private Task<int> AskAsync(Patience patience, Func<Task<int>> answer) =>
        _asking.WithinAsync(patience, "router", isWayBack: false, _ => answer(), default);
}
