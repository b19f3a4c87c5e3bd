namespace OrleansRelease.EndToEnd.Tests.Checking;

/// <summary>The router's own log, read on where it was left: whole lines only, since it is being written.</summary>
internal sealed class RouterLog(string path)
{
    private readonly List<RouterEvent> _events = [];
    private long _position;

    public async Task<IReadOnlyList<RouterEvent>> ReadAsync()
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = _position;
        using var reader = new StreamReader(file);
        var text = await reader.ReadToEndAsync();
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        _position += System.Text.Encoding.UTF8.GetByteCount(whole);
        _events.AddRange(whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(RouterEvent.Parse));
        return _events;
    }
}
