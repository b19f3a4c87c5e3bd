using System.Globalization;
using System.Threading.Channels;

namespace OrleansRelease.Host.Samples;

/// <summary>
/// One line for each request of a user (unix milliseconds, version, status) and for start and stop, so that a checker
/// which trusts nobody else can tell what was served when. Written at the latest 100 ms after the answer.
/// </summary>
internal sealed class SampleLog : IAsyncDisposable
{
    private const int MaxWaiting = 10_000;

    private static readonly TimeSpan FlushEvery = TimeSpan.FromMilliseconds(50);

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly string _version;
    private readonly TimeProvider _time;
    private readonly Task _writing;

    private SampleLog(Stream? file, string version, TimeProvider time)
    {
        _version = version;
        _time = time;
        _writing = file is null ? Task.CompletedTask : WriteAsync(file);
        IsOpen = file is not null;
    }

    private bool IsOpen { get; }

    public static SampleLog Open(string? path, string version, TimeProvider time)
    {
        if (path is null) return new(null, version, time);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        // Several versions may share one file: each flush is one append.
        return new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite), version, time);
    }

    /// <summary>Waits while too many lines are waiting: a line is never dropped.</summary>
    public ValueTask AddAsync(string status) =>
        IsOpen
            ? _lines.Writer.WriteAsync(string.Create(
                CultureInfo.InvariantCulture, $"{_time.GetUtcNow().ToUnixTimeMilliseconds()} {_version} {status}\n"))
            : ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _writing;
    }

    private async Task WriteAsync(Stream file)
    {
        await using var writer = new StreamWriter(file);
        while (await _lines.Reader.WaitToReadAsync())
        {
            while (_lines.Reader.TryRead(out var line)) await writer.WriteAsync(line);
            await writer.FlushAsync();
            await Task.WhenAny(Task.Delay(FlushEvery, _time), _lines.Reader.Completion);
        }
    }
}
