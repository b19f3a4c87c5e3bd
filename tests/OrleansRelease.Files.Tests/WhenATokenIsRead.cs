namespace OrleansRelease.Files.Tests;

public sealed class WhenATokenIsRead : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Token => _folder[AdminTokenFile.Name];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_start_makes_one_of_256_bits_for_its_owner_and_the_next_reads_it()
    {
        var made = AdminTokenFile.ReadOrCreate(Token);

        Assert.Equal(32, System.Buffers.Text.Base64Url.DecodeFromChars(made).Length);
        Assert.Equal(made, AdminTokenFile.ReadOrCreate(Token));
        Assert.NotEqual(made, AdminTokenFile.ReadOrCreate(_folder["another"]));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Token));
    }

    [Fact]
    public void One_that_a_person_has_put_there_is_taken_without_its_line_end()
    {
        File.WriteAllText(Token, "sixteen-letters!\n");

        Assert.Equal("sixteen-letters!", AdminTokenFile.ReadOrCreate(Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("fifteen-letters\n")]
    public void One_that_could_be_guessed_is_refused_without_showing_it(string token)
    {
        File.WriteAllText(Token, token);

        var refused = Assert.Throws<TokenTooShortException>(() => AdminTokenFile.ReadOrCreate(Token));

        Assert.Contains(Token, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("fifteen", refused.Message, StringComparison.Ordinal);
    }
}
