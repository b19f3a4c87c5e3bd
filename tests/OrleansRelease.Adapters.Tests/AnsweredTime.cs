using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Adapters.Tests.Metrics;

namespace OrleansRelease.Adapters.Tests;

/// <summary>
/// A clock that goes on a little whenever a request of its own over HTTP has been answered: who has time for a hundred
/// answers has it on a busy machine, too. At rest it takes two and a half times as long as a real one.
/// </summary>
internal sealed class AnsweredTime : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(2);

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Source _source;
    private readonly Task _going;

    private AnsweredTime(Source source)
    {
        _source = source;
        _going = GoAsync();
    }

    public TimeProvider Provider => _time;

    public static async Task<AnsweredTime> StartAsync() => new(await Source.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _going;
        await _source.DisposeAsync();
        _stop.Dispose();
    }

    private async Task GoAsync()
    {
        using var http = new HttpClient();
        using var timer = new PeriodicTimer(Pace);
        while (!_stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            await http.GetStringAsync(_source.Url, CancellationToken.None);
            _time.Advance(Step);
        }
    }
}
