using Microsoft.AspNetCore.Http;
using OrleansRelease.Gateway.Simulating;

namespace OrleansRelease.Gateway.Tests.Simulating;

public sealed class WhenManySimulate
{
    [Fact]
    public async Task One_works_one_waits_and_the_third_is_told_to_come_again()
    {
        using var turn = new OneAtATime();
        var (first, second) = (new TaskCompletionSource<string>(), new TaskCompletionSource<string>());
        var working = turn.RunAsync(() => first.Task, default);
        var waiting = turn.RunAsync(() => second.Task, default);

        Assert.Null(await turn.RunAsync(() => Task.FromResult("third"), default));
        Assert.False(waiting.IsCompleted);
        first.SetResult("first");
        Assert.Equal("first", await working);
        second.SetResult("second");
        Assert.Equal("second", await waiting);
        Assert.Equal("third", await turn.RunAsync(() => Task.FromResult("third"), default));
    }

    [Fact]
    public async Task Who_gives_up_or_fails_leaves_room()
    {
        using var turn = new OneAtATime();
        var first = new TaskCompletionSource<string>();
        var working = turn.RunAsync(() => first.Task, default);
        using var givesUp = new CancellationTokenSource();
        var waiting = turn.RunAsync(() => Task.FromResult("never"), givesUp.Token);
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        first.SetException(new InvalidOperationException());
        await Assert.ThrowsAsync<InvalidOperationException>(() => working);

        Assert.Equal("next", await turn.RunAsync(() => Task.FromResult("next"), default));
    }

    [Fact]
    public void A_slow_one_has_changed_nothing()
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Path) = (HttpMethods.Post, "/api/v1/simulations");

        Assert.Equal(Problems.Unavailable, Problems.NoAnswer(request).Code);
    }
}
