using System.Collections.Concurrent;
using System.Net;

namespace OrleansRelease.EndToEnd.Tests.Telemetry;

/// <summary>
/// Takes in traces as any collector does, and keeps their spans. It makes none itself, being in the same process.
/// </summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<Span> _spans = [];
    private readonly Task _taking;

    private OtlpReceiver(Uri address)
    {
        Address = address;
        _listener.Prefixes.Add(new Uri(address, "v1/traces/").AbsoluteUri);
        _listener.Start();
        _taking = TakeAsync();
    }

    public Uri Address { get; }

    public IReadOnlyCollection<Span> Spans => _spans;

    public static OtlpReceiver Start() => new(new Uri($"http://127.0.0.1:{FreePort.Find()}/"));

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _taking;
    }

    private async Task TakeAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                foreach (var span in Span.Read(body.ToArray())) _spans.Enqueue(span);
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
