using System.Globalization;
using System.Management.Automation;

namespace DcpWorker.Cmdlets.Tests;

public sealed class SecondsAttributeTests
{
    [Theory]
    [InlineData(90)]
    [InlineData(90L)]
    [InlineData(90.0)]
    [InlineData("90")]
    public void A_bare_number_is_seconds(object number) => Assert.Equal(TimeSpan.FromSeconds(90), new SecondsAttribute().Transform(null!, number));

    [Theory]
    [InlineData((sbyte)90)]
    [InlineData((ushort)90)]
    [InlineData(90U)]
    [InlineData(90UL)]
    public void A_number_of_any_type_is_seconds(object number) => Assert.Equal(TimeSpan.FromSeconds(90), new SecondsAttribute().Transform(null!, number));

    [Theory]
    [InlineData("00:05:00", 300)]
    [InlineData("60.00:00:00", 60 * 86400)]
    public void A_time_is_one(string text, int seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), new SecondsAttribute().Transform(null!, text));
        Assert.Equal(TimeSpan.FromSeconds(seconds), new SecondsAttribute().Transform(null!, TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public void Other_text_is_left_to_PowerShell() => Assert.Equal("soon", new SecondsAttribute().Transform(null!, "soon"));

    [Theory]
    [InlineData("-00:00:01")]
    [InlineData("-60.00:00:00")]
    public void A_time_before_now_is_refused(string text)
    {
        Assert.ThrowsAny<RuntimeException>(() => new SecondsAttribute().Transform(null!, text));
        Assert.ThrowsAny<RuntimeException>(() => new SecondsAttribute().Transform(null!, TimeSpan.Parse(text, CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.MaxValue)]
    [InlineData(double.NaN)]
    public void Nonsense_is_refused(object number) =>
        Assert.ThrowsAny<RuntimeException>(() => new SecondsAttribute().Transform(null!, number));
}
