using Microsoft.Data.Sqlite;

namespace OrleansRelease.Storage.Tests;

/// <summary>A backup of the embedded store is put where the store was.</summary>
public sealed class WhenAFileIsPutBack : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-back-").FullName;

    private string StoreFile => Path.Combine(_folder, "store.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_is_a_restored_store_also_where_it_gets_the_number_of_the_file_that_was_deleted()
    {
        Assert.Equal(1, await EpochAsync());
        PutBack();
        Assert.Equal(2, await EpochAsync());
        Assert.Equal(2, await EpochAsync());
    }

    [Fact]
    public async Task A_place_that_the_build_before_has_noted_is_no_other_one()
    {
        Assert.Equal(1, await EpochAsync());
        await using (var connection = new SqliteConnection($"Data Source={StoreFile};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE store SET place = substr(place, 1, instr(place || '@', '@') - 1)";
            await command.ExecuteNonQueryAsync();
        }

        Assert.Equal(1, await EpochAsync());
        // By now it is noted whole.
        PutBack();
        Assert.Equal(2, await EpochAsync());
    }

    private void PutBack()
    {
        var backup = Path.Combine(_folder, "backup");
        File.Copy(StoreFile, backup);
        File.Delete(StoreFile);
        File.Copy(backup, StoreFile);
    }

    private async Task<int> EpochAsync()
    {
        await using var store = await OpenStore.StartAsync(StorageOptions.Embedded(_folder));
        return store.Clock.Epoch;
    }
}
