namespace OrleansRelease.Storage;

/// <summary>
/// Which store this is, and where: a copy of it has the same <see cref="Id"/> and lies elsewhere. What was restored
/// gets another epoch. Each makes another cluster, so servers on a copy never meet those on the original.
/// </summary>
public sealed record StoreIdentity(string Id, int Epoch, string Place)
{
    public string Cluster => $"{Id}-{Epoch}-{Place}";
}
