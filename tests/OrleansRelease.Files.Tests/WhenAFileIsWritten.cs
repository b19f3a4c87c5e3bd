namespace OrleansRelease.Files.Tests;

public sealed class WhenAFileIsWritten : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_replaces_what_was_there_and_leaves_nothing_beside_it()
    {
        AtomicFile.Write(_folder["a"], "the first, which is longer");
        AtomicFile.Write(_folder["a"], "second");

        Assert.Equal("second", File.ReadAllText(_folder["a"]));
        Assert.Equal([_folder["a"]], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_reader_sees_the_old_or_the_new_and_never_half_of_one()
    {
        string[] whole = [new('a', 200_000), new('b', 100_000)];
        AtomicFile.Write(_folder["a"], whole[0]);
        using var over = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            var seen = new HashSet<string>();
            while (!over.IsCancellationRequested) seen.Add(File.ReadAllText(_folder["a"]));
            return seen;
        });

        for (var i = 1; i <= 200; i++) AtomicFile.Write(_folder["a"], whole[i % 2]);
        await over.CancelAsync();

        Assert.Subset(whole.ToHashSet(), await reading);
    }

    [Fact]
    public async Task Of_many_that_write_at_once_one_is_the_last_and_whole()
    {
        string[] whole = [.. Enumerable.Range(0, 8).Select(i => new string((char)('a' + i), 50_000 + i))];

        await Task.WhenAll(whole.Select(text => Task.Run(() =>
        {
            for (var i = 0; i < 20; i++) AtomicFile.Write(_folder["a"], text);
        })));

        Assert.Contains(File.ReadAllText(_folder["a"]), whole);
        Assert.Equal([_folder["a"]], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void What_a_crash_has_left_half_written_is_in_nobodys_way()
    {
        File.WriteAllText(_folder["a" + AtomicFile.TemporarySuffix], "{\"ha");

        AtomicFile.Write(_folder["a"], "whole", ownerOnly: true);

        Assert.Equal("whole", File.ReadAllText(_folder["a"]));
        if (!OperatingSystem.IsWindows()) Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder["a"]));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_and_not_a_silence() =>
        Assert.ThrowsAny<IOException>(() => AtomicFile.Write(_folder["nowhere/a"], "lost"));

    [Fact]
    public async Task Of_many_that_create_it_at_once_one_wins_and_all_read_the_same()
    {
        var texts = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() =>
        {
            AtomicFile.CreateOwnerOnly(_folder["a"], $"by {i}");
            return File.ReadAllText(_folder["a"]);
        })));

        Assert.Single(texts.Distinct());
        Assert.Equal([_folder["a"]], Directory.GetFiles(_folder.Path));
        if (!OperatingSystem.IsWindows()) Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder["a"]));
    }
}
