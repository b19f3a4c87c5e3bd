using System.Net;
using System.Net.Sockets;

namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>A connection of the test's own from one address to another, to see what becomes of such.</summary>
internal sealed class WireProbe : IAsyncDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(1);

    private readonly TcpListener _listener;
    private readonly TcpClient _client;

    private WireProbe(TcpListener listener, TcpClient client) => (_listener, _client) = (listener, client);

    public static async Task<WireProbe> ConnectAsync(IPAddress from, IPAddress to)
    {
        var listener = new TcpListener(to, 0);
        listener.Start();
        var probe = new WireProbe(listener, new TcpClient(new IPEndPoint(from, 0)));
        using var bound = new CancellationTokenSource(Within);
        try
        {
            await probe._client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, bound.Token);
            return probe;
        }
        catch (Exception failed) when (failed is SocketException or OperationCanceledException)
        {
            await probe.DisposeAsync();
            throw new IOException($"{from} does not reach {to}: {failed.Message}", failed);
        }
    }

    /// <summary>Whether somebody has ended it.</summary>
    public async Task<bool> IsGoneAsync()
    {
        using var bound = new CancellationTokenSource(Within);
        try
        {
            return await _client.GetStream().ReadAsync(new byte[1], bound.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }
}
