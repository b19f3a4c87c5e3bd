using System.Net;
using OrleansRelease.Adapters.Resilience;
using Polly.Timeout;

namespace OrleansRelease.Adapters.Tests.Resilience;

public sealed class WhenACallFails
{
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    private readonly Pipelines _pipelines = new(TimeProvider.System);
    private int _calls;

    [Fact]
    public async Task A_read_is_made_again_until_it_succeeds()
    {
        var answer = await _pipelines.ReadAsync(Generous, _ => Failing(times: 2), CancellationToken.None);

        Assert.Equal("answer", answer);
        Assert.Equal(3, _calls);
    }

    [Fact]
    public async Task A_read_is_given_up_after_its_attempts()
    {
        await Assert.ThrowsAsync<HttpRequestException>(
            () => _pipelines.ReadAsync(Generous, _ => Failing(times: 100), CancellationToken.None));

        Assert.Equal(Pipelines.ReadAttempts, _calls);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, 1)]
    [InlineData(HttpStatusCode.Unauthorized, 1)]
    [InlineData(HttpStatusCode.TooManyRequests, 3)]
    [InlineData(HttpStatusCode.BadGateway, 3)]
    public async Task A_read_that_was_asked_wrongly_is_not_repeated(HttpStatusCode status, int calls)
    {
        await Assert.ThrowsAsync<HttpRequestException>(
            () => _pipelines.ReadAsync(Generous, _ => Failing(times: 100, status), CancellationToken.None));

        Assert.Equal(calls, _calls);
    }

    [Fact]
    public async Task A_change_is_never_repeated_here()
    {
        await Assert.ThrowsAsync<HttpRequestException>(
            () => _pipelines.AdminAsync(Generous, _ => Failing(times: 1), CancellationToken.None));

        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task A_hanging_call_ends_at_its_limit() =>
        await Assert.ThrowsAsync<TimeoutRejectedException>(
            () => _pipelines.AdminAsync(TimeSpan.FromMilliseconds(50), Hanging, CancellationToken.None));

    [Fact]
    public async Task The_callers_own_cancellation_is_not_a_time_out()
    {
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _pipelines.ReadAsync(Generous, Hanging, cancelled.Token));
    }

    private async Task<string> Failing(int times, HttpStatusCode? status = null)
    {
        await Task.Yield();
        return ++_calls > times ? "answer" : throw new HttpRequestException("failed", null, status);
    }

    private static Task<string> Hanging(CancellationToken cancellation) =>
        new TaskCompletionSource<string>().Task.WaitAsync(cancellation);
}
