using System.Runtime.InteropServices;

namespace OrleansRelease.Host.Running;

/// <summary>
/// How a server ends that is asked to: for a while it says that it is not ready and answers all the same, so that who
/// spreads requests over several servers takes it out before it closes its door. Asked once more, it ends at once.
/// </summary>
internal sealed class Drain(RunOptions options, IHostApplicationLifetime lifetime, TimeProvider time)
    : IHostLifetime, IDisposable
{
    private static readonly PosixSignal[] Requests = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT];

    private readonly List<PosixSignalRegistration> _heard = [];
    private int _asked;

    public bool HasBegun => Volatile.Read(ref _asked) > 0;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _heard.AddRange(Requests.Select(request => PosixSignalRegistration.Create(request, signal =>
        {
            // Else the process would be gone when this returns.
            signal.Cancel = true;
            OnAsked();
        })));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whoever keeps a connection open is to come back by another one, which may lead elsewhere.</summary>
    public Task CloseConnectionsAsync(HttpContext http, RequestDelegate next)
    {
        if (HasBegun && HttpProtocol.IsHttp11(http.Request.Protocol)) http.Response.Headers.Connection = "close";
        return next(http);
    }

    public void Dispose() => _heard.ForEach(one => one.Dispose());

    private void OnAsked()
    {
        // One that has not started serves nobody yet.
        var isAgain = Interlocked.Exchange(ref _asked, 1) > 0 || !lifetime.ApplicationStarted.IsCancellationRequested;
        if (isAgain || options.DrainFor == TimeSpan.Zero) lifetime.StopApplication();
        else _ = StopLaterAsync();
    }

    private async Task StopLaterAsync()
    {
        await Task.Delay(options.DrainFor, time, lifetime.ApplicationStopping)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lifetime.StopApplication();
    }
}
