using System.Net.Sockets;
using OrleansRelease.Testing.Routers;

namespace OrleansRelease.Adapters.Tests.Traffic;

/// <summary>Users who ask the router at an even pace, and go on when an answer fails.</summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _users;

    public Load(RouterRig router)
    {
        _users = [.. Enumerable.Range(0, 2).Select(_ => AskAsync(router))];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_users);
        _stop.Dispose();
    }

    private async Task AskAsync(RouterRig router)
    {
        using var timer = new PeriodicTimer(Every);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(_stop.Token);
                using var response = await router.Users.GetAsync(
                    new Uri(router.Url, $"/{RouterRig.Slot}/"), _stop.Token);
            }
            catch (Exception failed) when (failed is HttpRequestException or OperationCanceledException
                or SocketException)
            {
                // A router that restarts breaks connections; a user asks again.
                continue;
            }
        }
    }
}
