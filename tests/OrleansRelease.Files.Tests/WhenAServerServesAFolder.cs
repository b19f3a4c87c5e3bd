namespace OrleansRelease.Files.Tests;

public sealed class WhenAServerServesAFolder : IDisposable
{
    private const string Url = "http://127.0.0.1:5010";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Its_address_is_known_for_as_long_as_it_does()
    {
        using (var served = await TakeAsync())
        {
            Assert.Null(ServedFolder.UrlOf(_folder.Path));
            served!.Announce(Url);
            Assert.Equal(Url, ServedFolder.UrlOf(_folder.Path));
        }

        Assert.Null(ServedFolder.UrlOf(_folder.Path));
        Assert.False(File.Exists(_folder[ServedFolder.UrlFileName]));
    }

    [Fact]
    public async Task What_one_that_was_killed_has_left_is_nobodys_address()
    {
        await File.WriteAllTextAsync(_folder[ServedFolder.UrlFileName], Url);
        Assert.Null(ServedFolder.UrlOf(_folder.Path));
        using var served = await TakeAsync();
        Assert.Null(ServedFolder.UrlOf(_folder.Path));
    }

    [Fact]
    public async Task What_one_that_was_killed_has_left_half_written_is_deleted_and_nothing_of_others()
    {
        string[] others = [_folder["notes.tmp"], _folder["notes.of-a-person.tmp"], _folder[$"{Guid.NewGuid():N}.log"]];
        string[] ours = [_folder[$"server.url.{Guid.NewGuid():N}.tmp"], _folder[$"admin.token.{Guid.NewGuid():N}.tmp"]];
        foreach (var file in others.Concat(ours)) await File.WriteAllTextAsync(file, "ha");

        using var served = await TakeAsync();

        Assert.All(others, file => Assert.True(File.Exists(file), file));
        Assert.All(ours, file => Assert.False(File.Exists(file), file));
    }

    [Fact]
    public async Task A_second_one_does_not_get_it()
    {
        using var first = await TakeAsync();
        first!.Announce(Url);
        var half = _folder[$"server.url.{Guid.NewGuid():N}.tmp"];
        await File.WriteAllTextAsync(half, "ha");
        Assert.Null(await TakeAsync());
        Assert.True(File.Exists(half), "what the first one writes was taken away from under it");
        Assert.Equal(Url, ServedFolder.UrlOf(_folder.Path));
    }

    [Fact]
    public void Where_there_is_no_folder_nobody_does() => Assert.Null(ServedFolder.UrlOf(_folder["none"]));

    private Task<ServedFolder?> TakeAsync() => ServedFolder.TryTakeAsync(_folder.Path, TimeProvider.System, default);
}
