using OrleansRelease.Core.Doctor;

namespace OrleansRelease.Ports.Storage;

/// <summary>How the store is, and who is on it; asking changes nothing.</summary>
public interface ISystemReports
{
    Task<SystemReport> ReportAsync(CancellationToken cancellation);
}
